# Seconds that pROC takes for one AUC and its DeLong variance: the median of as many tries as are asked for.
suppressPackageStartupMessages(library(pROC))
arguments <- commandArgs(trailingOnly = TRUE)
path <- arguments[1]
tries <- as.integer(arguments[2])
scores <- read.csv(path)
elapsed <- replicate(tries, system.time({
  curve <- roc(scores$label, scores$score, direction = "<", levels = c(0, 1), quiet = TRUE)
  variance <- var(curve, method = "delong")
})[["elapsed"]])
cat(median(elapsed), "\n")
