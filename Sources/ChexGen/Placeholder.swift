// ChexGen
