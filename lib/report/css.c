// SPDX-License-Identifier: GPL-3.0-or-later
/* The page's style: light, dark, print; readable at 320 px. Contrasts: user-experience §9. */
#include "impl.h"

const char *const asy__css =
    ":root{--bg:#fff;--fg:#111;--mute:#5a5a5a;--line:#d8d8d8;--soft:#f4f5f6;--bad:#c24a00;--c0:#0063a6;--c1:#c24a00;--c2:#007a5a;--c3:#a63a79;--c4:#7a5200;--c5:#00788a;--c6:#5a5a5a;--c7:#111}\n"
    "@media(prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#eee;--mute:#b8b8b8;--line:#3a3f44;--soft:#1d2125;--bad:#ff9450;--c0:#5ab0f0;--c1:#ff9450;--c2:#3cc79b;--c3:#e08cc0;--c4:#d9a84a;--c5:#4cc3d6;--c6:#b8b8b8;--c7:#eee}}\n"
    "@media print{:root{--bg:#fff;--fg:#111;--mute:#5a5a5a;--line:#bbb;--soft:#fff;--bad:#c24a00;--c0:#0063a6;--c1:#c24a00;--c2:#007a5a;--c3:#a63a79;--c4:#7a5200;--c5:#00788a;--c6:#5a5a5a;--c7:#111}"
    "details>*{display:block}section{break-inside:avoid-page}}\n"
    "*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}\n"
    "main,header,footer{max-width:64rem;margin:0 auto;padding:0 1rem}header{padding-top:1.5rem}h1{font-size:1.7rem;line-height:1.2;margin:.2rem 0}\n"
    "h2{font-size:1.25rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}p{margin:.5rem 0;max-width:46rem}\n"
    ".skip{position:absolute;left:-9999px}.skip:focus{left:1rem}a{color:var(--c0)}.note,.ci,small,footer{color:var(--mute);font-size:.87rem}\n"
    ".wide{overflow-x:auto;margin:.8rem 0}table{border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left;color:var(--mute);font-size:.87rem;padding-bottom:.3rem}\n"
    "th,td{padding:.3rem .7rem;text-align:right;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap}th[scope=row],thead th:first-child,td.text{text-align:left}td.text{white-space:normal;min-width:12rem}\n"
    "thead th{background:var(--soft)}td b{font-weight:600}.none{color:var(--mute)}pre{overflow-x:auto;background:var(--soft);padding:.8rem;font-size:.82rem;line-height:1.4}\n"
    ".smoke{background:var(--bad);color:var(--bg);padding:.4rem 1rem;font-weight:600}.bad{color:var(--bad);font-weight:600}summary{cursor:pointer;color:var(--c0)}dt{font-weight:600;margin-top:.5rem}dd{margin:0 0 0 1rem}\n"
    "code{overflow-wrap:anywhere}.fig{width:100%;max-width:44rem;height:auto;display:block}.wide-fig{max-width:64rem}svg text{font:13px system-ui,sans-serif;fill:var(--fg)}svg .small{font-size:9.5px}svg .wrong{fill:var(--bad);font-weight:600}\n"
    "svg .grid{stroke:var(--line);stroke-width:1}svg .pic{image-rendering:pixelated}.line{fill:none;stroke:currentColor;stroke-width:2}.band{fill:currentColor;opacity:.16;stroke:none}svg g{fill:currentColor}\n"
    "svg .label{fill:currentColor;font-weight:600}.dot{opacity:.75}.s0{color:var(--c0)}.s1{color:var(--c1)}.s2{color:var(--c2)}.s3{color:var(--c3)}.s4{color:var(--c4)}.s5{color:var(--c5)}.s6{color:var(--c6)}.s7{color:var(--c7)}\n"
    ".s1 .line{stroke-dasharray:7 4}.s2 .line{stroke-dasharray:2 3}.s3 .line{stroke-dasharray:9 3 2 3}.s4 .line{stroke-dasharray:12 4}.s5 .line{stroke-dasharray:4 2}.s6 .line{stroke-dasharray:1 3}.s7 .line{stroke-dasharray:6 2 1 2}\n";
