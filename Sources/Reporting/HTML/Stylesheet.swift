import Basics
import Foundation

/// The page's one style sheet: light and dark, from a phone to a printed A4 page.
enum Stylesheet {
  /// - Parameters:
  ///   - runningHead: On the left of every printed page: what the page is about.
  ///   - kicker: On the right: what kind of page it is.
  static func all(runningHead: String, kicker: String) -> StyleText {
    // A long title would push the page number out of the margin.
    let head = runningHead.count > 80 ? runningHead.prefix(79) + "…" : runningHead[...]
    return colours + page + text + tables + verdicts + figures + gallery + wide + print
      + StyleText("@page{@top-left{content:$}}", string: String(head))
      + StyleText("@page{@top-right{content:$}}", string: kicker)
  }

  private static let colours = StyleText(
    """
    :root{color-scheme:light dark;
    --paper:#fff;--ink:#1c2127;--soft:#55606d;--rule:#d5dbe2;--panel:#f5f7f9;--link:#174e8c;
    --data:#1f5a8f;--grid:#e6eaee;--band:#cfe3ea;
    --bad:#98301a;--bad-back:#fbefeb;--good:#11606a;--good-back:#e9f4f5;
    --open:#6a5000;--open-back:#fbf5e1;--none:#4a5460;--none-back:#eef1f4}
    @media (prefers-color-scheme:dark){:root{
    --paper:#14181c;--ink:#e6e9ec;--soft:#a9b3be;--rule:#39414a;--panel:#1c2127;--link:#93bdf2;
    --data:#84b8ea;--grid:#272d34;--band:#1d3a44;
    --bad:#ffb09a;--bad-back:#3a211b;--good:#85d3d9;--good-back:#143034;
    --open:#ecd084;--open-back:#332c14;--none:#c3cad2;--none-back:#282e35}}

    """)

  private static let page = StyleText(
    """
    *{box-sizing:border-box}
    html{scroll-behavior:auto;-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);
    font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;
    overflow-wrap:break-word}
    .skip{position:absolute;left:-999rem;padding:.5rem 1rem;background:var(--paper)}
    .skip:focus{left:1rem;top:.5rem;z-index:1}
    .masthead,.frame,footer{max-width:78rem;margin:0 auto;padding:0 1rem}
    .masthead{padding-top:2rem;padding-bottom:1.25rem}
    .kicker{margin:0;color:var(--soft);font-size:.875rem;letter-spacing:.02em}
    .facts-line{margin:.5rem 0 0;padding:0;list-style:none;color:var(--soft);font-size:.9375rem;
    display:flex;flex-wrap:wrap;gap:0 1.25rem}
    .tally{margin:1.25rem 0 0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:.5rem 1.5rem}
    .tally li{display:flex;align-items:center;gap:.5rem}
    .tally-count{font-size:1.5rem;font-weight:650;font-variant-numeric:tabular-nums}
    .contents{border-top:1px solid var(--rule);padding:1rem 0 .5rem;font-size:.9375rem}
    .contents h2{margin:0 0 .25rem;font-size:.875rem;color:var(--soft);font-weight:600;border:0;padding:0}
    .contents ol{margin:0;padding:0;list-style:none;columns:14rem auto;column-gap:2rem}
    .contents a{display:flex;gap:.625rem;padding:.2rem 0;min-height:1.75rem;text-decoration:none;
    break-inside:avoid}
    .contents a:hover{text-decoration:underline}
    .contents .number{min-width:1.375rem;color:var(--soft);font-variant-numeric:tabular-nums}
    main{min-width:0}
    .section{border-top:1px solid var(--rule);margin-top:2.5rem;padding-top:1.5rem}
    footer{margin-top:3rem;padding-top:1rem;padding-bottom:2rem;color:var(--soft);font-size:.875rem}

    """)

  private static let text = StyleText(
    """
    h1,h2,h3,h4{line-height:1.25;text-wrap:balance;scroll-margin-top:1rem}
    h1{margin:.25rem 0 0;font-size:clamp(1.5rem,1.1rem + 1.8vw,2.125rem);font-weight:680;letter-spacing:-.012em}
    h2{margin:0 0 1rem;font-size:1.375rem;font-weight:660;letter-spacing:-.006em}
    h2 .number{color:var(--soft);font-weight:400;margin-right:.25rem}
    h3{margin:2.25rem 0 .75rem;font-size:1.125rem;font-weight:650}
    h4{margin:1.5rem 0 .5rem;font-size:1rem;font-weight:650}
    p,ul,dl{margin:.75rem 0}
    main p,main li,main dd{max-width:44rem}
    main ul{padding-left:1.25rem}
    li{margin:.25rem 0}
    a{color:var(--link);text-underline-offset:.15em}
    :focus-visible{outline:2px solid var(--link);outline-offset:2px}
    code{font:.875em/1.4 ui-monospace,"SF Mono",Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
    .lead{font-size:1.125rem;line-height:1.5}
    .empty{color:var(--soft);font-style:italic}
    .facts{display:grid;grid-template-columns:minmax(8rem,13rem) minmax(0,1fr);gap:.5rem 1rem}
    dt{color:var(--soft)}
    dd{margin:0;min-width:0}
    .callout{margin:1.25rem 0;padding:.75rem 1rem;background:var(--panel);border:1px solid var(--rule);border-radius:.375rem;max-width:46rem}
    .callout p,.callout ul{margin:.25rem 0}
    .callout-title{font-weight:650}
    .loud{background:var(--bad-back);border-color:var(--bad)}
    .synthetic-tag{display:inline-block;padding:0 .45rem;border:1px dashed var(--soft);border-radius:.25rem;color:var(--soft);font-size:.8125rem;font-weight:400;letter-spacing:0;white-space:nowrap}
    @media (max-width:30rem){.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:.5rem}}

    """)

  private static let tables = StyleText(
    """
    .scroll{overflow-x:auto;margin:1rem 0 .25rem;max-width:100%}
    table{border-collapse:collapse;font-size:.875rem;line-height:1.4;font-variant-numeric:tabular-nums;min-width:min(100%,34rem)}
    caption{text-align:left;font-weight:600;padding:0 0 .5rem;font-size:.9375rem}
    .caption-text{display:inline-block;position:sticky;left:0;max-width:min(44rem,calc(100vw - 2rem))}
    th,td{padding:.375rem 1rem .375rem 0;text-align:left;vertical-align:top}
    th:last-child,td:last-child{padding-right:.25rem}
    thead th{font-weight:600;color:var(--soft);border-bottom:1.5px solid var(--ink);vertical-align:bottom;line-height:1.25}
    tbody th{font-weight:500;min-width:6.5rem}
    .unbroken{overflow-wrap:anywhere;min-width:6.5rem}
    tbody tr{border-bottom:1px solid var(--rule)}
    .band-row th{padding-top:.875rem;font-weight:650}
    .numeric{text-align:right}
    td.numeric{white-space:nowrap}
    .limits{color:var(--soft)}
    .absent{color:var(--soft);font-style:italic;white-space:normal}
    .blank{min-width:8rem;height:2.5rem}
    .long{min-width:14rem}
    .table-note{margin-top:.375rem;color:var(--soft);font-size:.8125rem;line-height:1.45}
    td{max-width:26rem}
    td code{font-size:.75rem;display:inline-block;min-width:min(17rem,100%)}
    .dense th,.dense td{padding-right:.5rem}
    .dense td.numeric{white-space:normal}
    .dense .long{min-width:9rem}
    .dense tbody th{min-width:5rem}
    .dense .limits,.forest .limits{display:block}
    .dense thead th.numeric{overflow-wrap:normal}
    .plot{padding:0 .5rem 0 0;vertical-align:middle}
    .plot svg{display:block}
    tfoot td{border:0}
    .forest tbody th{min-width:8rem}
    .forest th,.forest td{padding-right:.75rem}
    .numeric+td:not(.numeric),.numeric+th:not(.numeric){padding-left:.75rem}

    """)

  private static let verdicts = StyleText(
    """
    .badge{display:inline-flex;align-items:center;gap:.375rem;padding:.0625rem .5rem;border-radius:.25rem;
    font-size:.875rem;font-weight:600;line-height:1.5;white-space:nowrap;border:1px solid}
    .badge svg{flex:none}
    .badge.is-flagged{color:var(--bad);background:var(--bad-back)}
    .badge.is-within{color:var(--good);background:var(--good-back)}
    .badge.is-open{color:var(--open);background:var(--open-back)}
    .badge.is-none{color:var(--none);background:var(--none-back);border-style:dashed}
    .badge.is-differing,.glance.is-differing{color:var(--bad);background:var(--bad-back);border-style:double}
    .glance{display:inline-block;padding:.125rem .5rem;border-radius:.25rem;font-size:.8125rem;line-height:1.35;
    font-weight:600;text-decoration:none;min-height:24px;color:var(--none)}
    .glance:hover{text-decoration:underline}
    .glance svg{margin-right:.375rem;vertical-align:-1px}
    .glance-word{white-space:nowrap}
    .glance-number{display:block;font-weight:400;font-size:.875rem;font-variant-numeric:tabular-nums}
    .glance.is-flagged{color:var(--bad);background:var(--bad-back)}
    .glance.is-within{color:var(--good)}
    .glance.is-open{color:var(--open)}
    .answer{margin:.5rem 0 1.5rem}
    .answer p{margin:.25rem 0}
    .reasons{margin:.25rem 0;color:var(--soft);font-size:.9375rem}
    .answer-numbers{margin:.375rem 0 0;display:grid;grid-template-columns:minmax(7rem,11rem) minmax(0,1fr);gap:.0625rem .75rem;font-size:.875rem;font-variant-numeric:tabular-nums}

    """)

  private static let figures = StyleText(
    """
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1.5rem 2.5rem;margin:1rem 0}
    figure{margin:0;min-width:0}
    .figures>figure{max-width:30rem}
    .figures>.wide{grid-column:1/-1;max-width:none}
    figcaption{font-weight:600;font-size:.9375rem;margin-bottom:.5rem}
    figure svg{display:block;width:100%;height:auto;font-family:inherit}
    .wide svg{width:auto;min-width:34rem;max-width:100%}
    .legend{margin:.375rem 0 0;color:var(--soft);font-size:.8125rem;line-height:1.4}
    svg text{fill:currentColor;font-size:11.5px;font-variant-numeric:tabular-nums}
    svg .label{font-weight:500}
    svg .absent{fill:var(--soft);font-style:italic}
    svg .tick,svg .axis-title{font-size:11.5px;fill:var(--soft)}
    .grid{stroke:var(--grid);stroke-width:1}
    .axis{stroke:currentColor;stroke-width:1}
    .reference{stroke:currentColor;stroke-width:1.25;stroke-dasharray:4 3}
    .band{fill:var(--band);fill-opacity:.65}
    .band-edge{stroke:var(--data);stroke-width:1;stroke-dasharray:1 3}
    .interval{stroke:var(--data);stroke-width:1.75;fill:none}
    .mark{fill:var(--data);stroke:var(--data);stroke-width:1.5}
    .hollow{fill:var(--paper)}
    .missing{stroke:var(--soft);stroke-width:1;stroke-dasharray:1 4}
    .square{fill:var(--data);stroke:none}
    .square-small,.square-absent{stroke:var(--rule);stroke-width:1}
    .square-absent{fill:none}
    .hatch{stroke:var(--soft);stroke-width:1.5}
    .plate{fill:var(--paper)}
    .curve{fill:none;stroke-width:1.75}
    .curve-1{stroke:var(--data);--line:var(--data)}
    .curve-2{stroke:var(--bad);--line:var(--bad);stroke-dasharray:7 3}
    .curve-3{stroke:var(--good);--line:var(--good);stroke-dasharray:2 3}
    .curve-4{stroke:var(--open);--line:var(--open);stroke-dasharray:9 3 2 3}
    .curve-5{stroke:var(--none);--line:var(--none);stroke-dasharray:4 2}
    .curve-6{stroke:var(--ink);--line:var(--ink);stroke-dasharray:1 4;stroke-width:2.5}
    .curve-mark{fill:var(--line)}
    .whisker,.curve-mark{stroke-width:1.5;stroke-dasharray:none}

    """)

  private static let gallery = StyleText(
    """
    .gallery-row{margin:1.25rem 0}
    .gallery{list-style:none;margin:.5rem 0 0;padding:0;display:grid;
    grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:1rem}
    .gallery li{margin:0;min-width:0}
    main .gallery{padding:0}
    .card img{display:block;width:100%;height:auto;background:#000}
    .card a{display:block}
    .no-image{display:grid;place-items:center;aspect-ratio:1;margin:0;background:var(--panel);border:1px dashed var(--soft);color:var(--soft);font-size:.8125rem;text-align:center}
    .card figcaption{margin:.375rem 0 0;font-weight:400;font-size:.8125rem;line-height:1.4}
    .arm{display:block;font-weight:650}
    .scores{margin:.125rem 0;font-variant-numeric:tabular-nums;display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 .5rem}
    .prompt{display:block;color:var(--soft)}

    """)

  private static let wide = StyleText(
    """
    @media (min-width:68rem){
    .frame{display:grid;grid-template-columns:15rem minmax(0,1fr);gap:0 3rem}
    .contents{position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;padding-top:1.5rem}
    .contents ol{columns:auto}
    main>.section:first-child{margin-top:0}}

    """)

  private static let print = StyleText(
    """
    @page{size:A4;margin:14mm 16mm 13mm;
    @top-left{font:8pt system-ui,sans-serif;color:#444}
    @top-right{font:8pt system-ui,sans-serif;color:#444}
    @bottom-right{content:counter(page) " / " counter(pages);font:8pt system-ui,sans-serif;color:#444}}
    @media print{
    :root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--rule:#bbb;--panel:#f5f5f5;--link:#000;
    --data:#1f4f80;--grid:#e2e2e2;--band:#dcebf0;--bad:#8a2a15;--bad-back:#fff;--good:#0e525b;--good-back:#fff;
    --open:#5c4500;--open-back:#fff;--none:#3c454f;--none-back:#fff}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    html{font-size:9pt}
    body{line-height:1.36}
    .masthead,.frame,footer{max-width:none;padding-left:0;padding-right:0}
    .masthead{padding-top:0}
    .skip{display:none}
    .frame{display:block}
    .contents{display:none}
    main>.section:first-child{border-top:0;margin-top:0;padding-top:.5rem}
    .sheet-end{break-after:page}
    h1{font-size:15pt}
    h2{font-size:12.5pt;margin-bottom:.5rem}
    .kicker,.facts-line{font-size:8.5pt;margin:0}
    .tally{margin:.375rem 0 0;gap:.25rem 1rem}
    .tally-count{font-size:11pt}
    .masthead{padding-bottom:.25rem}
    p,ul,dl{margin:.4rem 0}
    .reasons,.answer-numbers,.empty{font-size:9pt}
    main p,main li,main dd{max-width:none}
    .lead{font-size:10pt}
    footer{font-size:8pt;margin-top:.75rem;padding-top:.25rem;padding-bottom:0}
    .facts{gap:.125rem .75rem}
    .facts{grid-template-columns:minmax(0,11rem) minmax(0,1fr)}
    .scores{grid-template-columns:minmax(0,8.5rem) minmax(0,1fr)}
    .section{margin-top:.6rem;padding-top:.5rem}
    h3{margin:.8rem 0 .3rem}
    h4{margin:.75rem 0 .3rem}
    h2,h3,h4,caption,.callout-title{break-after:avoid}
    figure,.callout,.answer,tr,.gallery li,table.short:not(.forest){break-inside:avoid}
    thead tr,.band-row{break-after:avoid}
    dt,dd{break-inside:avoid}
    thead{display:table-header-group}
    .scroll{overflow:visible}
    .caption-text{max-width:none}
    .glance svg{margin-right:.2rem}
    table,caption,.badge,.glance,.glance-number,.legend,.table-note,.synthetic-tag,.card figcaption,.no-image,code,td code{font-size:8pt}
    caption{font-size:8.5pt}
    table{min-width:60%;max-width:100%}
    th,td{padding:.12rem .5rem .12rem 0}
    .dense th,.dense td{padding-right:.12rem}
    .dense .badge{padding:0 .2rem;gap:.2rem}
    .forest td,.forest th{line-height:1.25}
    td code,.long,tbody th,.forest tbody th,.blank{min-width:0}
    td code{display:inline}
    .glance{padding:0 .25rem 0 0;background:none!important;min-height:0;line-height:1.25}
    .glance-number{display:inline}
    td.numeric{white-space:normal}
    .limits{white-space:nowrap}
    .figures{grid-template-columns:1fr 1fr;gap:1rem 1.5rem}
    .wide svg{min-width:0}
    .gallery{grid-template-columns:repeat(6,1fr);gap:.6rem}
    a{text-decoration:none}}

    """)
}

extension StyleText {
  /// The source expression of a Content-Security-Policy that allows exactly this style sheet.
  var contentSecurityHash: String {
    "sha256-" + Data(SHA256.digest(of: source.utf8)).base64EncodedString()
  }
}
