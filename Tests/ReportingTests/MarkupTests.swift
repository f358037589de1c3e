import Testing

@testable import Reporting

@Suite struct MarkupTests {
  @Test func textCannotOpenAnElementOrAReference() {
    let markup = Markup.element("p") { "<b>&amp;\"'</b>" }
    #expect(markup.source == "<p>&lt;b&gt;&amp;amp;&quot;&#39;&lt;/b&gt;</p>")
  }

  @Test func attributeValuesCannotEndTheirQuotes() {
    let markup = Markup.void("img", Attribute("alt", "\" onerror=\"x"))
    #expect(markup.source == "<img alt=\"&quot; onerror=&quot;x\">")
  }

  @Test func controlAndOverrideCharactersAreMadeVisible() {
    #expect(Markup(text: "a\u{0}b\u{202E}c\u{1B}").source == #"a\u{0}b\u{202e}c\u{1b}"#)
    #expect(Markup(text: "line\n\ttab").source == "line\n\ttab")
  }

  @Test(arguments: ["</style><script>", "\"}body{display:none}", "a\\b\nc", "Ünï"])
  func userTextInTheStyleSheetStaysInsideItsString(_ text: String) {
    let rule = StyleText("x{content:$}", string: text).source
    #expect(rule.hasPrefix("x{content:\"") && rule.hasSuffix("\"}"))
    let inside = rule.dropFirst("x{content:\"".count).dropLast(2)
    #expect(!inside.contains { "<>\"{}\n;".contains($0) })
  }

  @Test func theStyleSheetCannotHoldATag() {
    #expect(!Stylesheet.all(runningHead: "</style>", kicker: "</style>").source.contains("<"))
  }

  @Test func linksToFilesCannotBecomeOtherSchemesOrLeaveTheFolder() {
    for (page, root) in [("report.html", "./"), ("pages/07.html", "../")] {
      let link = Links(page: page, files: [:]).href(file: "javascript:alert(1)")
      #expect(link.value == root + "javascript%3Aalert%281%29")
    }
    #expect(RelativePath.isContained("cohort/a b.png"))
    for path in ["", "/etc/passwd", "../x.png", "a/../../x.png", "a\0.png"] {
      #expect(!RelativePath.isContained(path))
    }
  }

  @Test func anchorsHoldOnlyLettersDigitsAndHyphens() {
    #expect(Anchor("result", "1", "Größe <b>").id == "result-1-gr-e-b-")
    #expect(Anchor("").id == "at-")
    #expect(Anchor("9 lives").id == "at-9-lives")
  }
}
