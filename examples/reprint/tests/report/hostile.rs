//! Hostile articles stay text.

use serde_json::{Value, json};

use super::{Browser, page, story, story_in};

/// Texts that run, load, or break out where a page takes text for markup.
const ATTACKS: [&str; 9] = [
    "</script><script>window.broken = 1</script>",
    "<img src=x onerror=window.broken=2>",
    "\"><svg onload=window.broken=3>",
    "'-window.broken=4-'",
    "<!--<script>",
    "{{ 7 * 7 }} {% raw %}",
    "]]><a href=\"javascript:window.broken=5\">click</a>",
    "<style>* { display: none !important }</style>",
    "<meta http-equiv=refresh content=\"0;url=https://example.org/\">",
];

fn hostile() -> Vec<Value> {
    let mut articles = Vec::new();
    for (at, attack) in ATTACKS.iter().enumerate() {
        let text = format!("{attack} {}\n{attack}", story(&format!("Town{at}"), 10));
        for copy in ["a", "b"] {
            articles.push(json!({
                "id": format!("{attack}{copy}"), "title": format!("{attack} {copy}"),
                "source": format!("{attack} {copy}"), "date": format!("2026-01-0{}", at + 1),
                "lang": attack, "text": format!("{text} {}", story(copy, 1)),
            }));
        }
    }
    articles
}

#[test]
fn nothing_in_an_article_runs_or_loads() {
    let Some(mut browser) = Browser::start("hostile") else {
        return;
    };
    let page = page("hostile", &hostile(), &[], None);
    browser.open(&page, "#/groups");
    assert_eq!(
        browser.text("document.getElementById('shown').textContent"),
        "9 groups, 18 articles"
    );
    let links = browser.evaluate(
        "[...document.querySelectorAll('#view .row')].map((row) => row.getAttribute('href'))",
    );
    let mut titles = Vec::new();
    for link in links.as_array().expect("links") {
        browser.go(link.as_str().expect("a link"));
        browser.wait("document.querySelector('.view.group .text') !== null");
        titles.push(browser.text("document.querySelector('#view h1').textContent"));
        let text = browser.text("document.querySelector('.text').textContent");
        assert!(
            ATTACKS.iter().any(|attack| text.starts_with(attack)),
            "{text}"
        );
        let pair = browser.text("document.querySelector('a.open').getAttribute('href')");
        browser.go(&pair);
        browser.wait("document.querySelectorAll('.pane .text').length === 2");
    }
    titles.sort();
    let mut expected: Vec<String> = ATTACKS.iter().map(|attack| format!("{attack} a")).collect();
    expected.sort();
    assert_eq!(titles, expected);
    // The page has no foreign elements.
    let own = "document.querySelectorAll('img, iframe, object, embed, link, base, svg[onload], [onerror], a[href^=javascript]').length";
    assert_eq!(browser.evaluate(own), 0);
    assert_eq!(
        browser.evaluate("document.querySelectorAll('style').length"),
        1
    );
    assert_eq!(browser.evaluate("typeof window.broken"), "undefined");
    browser.assert_quiet();
}

/// The policy holds even if an escape failed.
#[test]
fn the_policy_refuses_what_is_not_the_page_s_own() {
    let Some(mut browser) = Browser::start("policy") else {
        return;
    };
    let page = page("policy", &hostile()[..2], &[], None);
    browser.open(&page, "");
    browser.assert_quiet();
    let inline = r"(() => {
        const script = document.createElement('script');
        try { script.text = 'window.broken = 6'; } catch { return 'refused'; }
        document.body.append(script);
        return typeof window.broken;
    })()";
    assert_eq!(browser.text(inline), "refused");
    let markup = r"(() => {
        try { document.body.innerHTML = '<b>x</b>'; } catch { return 'refused'; }
        return 'taken';
    })()";
    assert_eq!(browser.text(markup), "refused");
    let load = "fetch('https://example.org/').then(() => 'loaded', () => 'refused')";
    assert_eq!(browser.text(load), "refused");
}

#[test]
fn strange_characters_are_text() {
    let Some(mut browser) = Browser::start("strange") else {
        return;
    };
    let word = "x".repeat(1 << 20);
    let odd = "right\u{202e}left \u{0} nul \u{7} bell \u{2028} line";
    let arabic = [
        "با", "رن", "تل", "مو", "قر", "سل", "دو", "في", "لر", "كس", "هم", "ني",
    ];
    let thai = [
        "กา",
        "รัน",
        "ติ",
        "มอ",
        "เกา",
        "สา",
        "ดู",
        "วัน",
        "ลอ",
        "คน",
        "หา",
        "นี",
    ];
    let han = [
        "镇", "政", "府", "桥", "星", "期", "午", "开", "放", "修", "程", "周", "费", "险", "公",
        "司", "担", "民", "晚", "议",
    ];
    let mut articles = Vec::new();
    for copy in ["1", "2"] {
        let article = |id: &str, lang: &str, text: String| json!({ "id": format!("{id}{copy}"), "title": format!("{id} {odd}"), "lang": lang, "text": text });
        let end = story(&format!("end of {copy}"), 1);
        articles.push(article(
            "word",
            "en",
            format!("{} {word} {} {end}", story("A", 8), story("B", 8)),
        ));
        articles.push(article(
            "odd",
            "en",
            format!("{} {odd} {} {end}", story("C", 8), story("D", 8)),
        ));
        articles.push(article("arabic", "ar", story_in(&arabic, " ", "E", 12)));
        articles.push(article("thai", "th", story_in(&thai, "", "F", 12)));
        articles.push(article("chinese", "zh", story_in(&han, "", "G", 12)));
    }
    // serde_json does not write half a surrogate pair, so the lines are written by hand.
    let folder = page("strange", &articles, &[], None);
    let input = folder.with_file_name("articles.jsonl");
    let mut lines = std::fs::read_to_string(&input).expect("it was written");
    for copy in ["1", "2"] {
        let text = story("H", 9).replace('\n', "\\n");
        let line =
            format!("\n{{\"id\": \"half{copy}\", \"text\": \"half \\ud83d of a pair {text}\"}}");
        lines.push_str(&line);
    }
    std::fs::write(&input, lines).expect("a file");
    let page = super::of_paths(&folder, &[input.as_path()], &[]);

    browser.open(&page, "");
    let overview = browser.text("document.querySelector('#overview').innerText");
    assert!(
        overview.contains("long texts are cut around what is marked"),
        "{overview}"
    );
    for (key, direction) in [
        ("word", "ltr"),
        ("odd", "ltr"),
        ("half", "ltr"),
        ("arabic", "rtl"),
        ("thai", "ltr"),
        ("chinese", "ltr"),
    ] {
        browser.go(&format!("#/pair/{key}1/{key}2"));
        browser.wait(&format!(
            "document.querySelectorAll('.pane .text').length === 2 && document.querySelector('.pane .key').textContent === '{key}1'"
        ));
        let found =
            browser.text("getComputedStyle(document.querySelector('.pane .text p')).direction");
        assert_eq!(found, direction, "{key}");
    }
    assert_eq!(
        browser.text("document.querySelector('.pane .text').lang"),
        "zh"
    );
    // A direction mark in a title is shown as its code.
    browser.go("#/pair/odd1/odd2");
    browser.wait("document.querySelector('.pane .key').textContent === 'odd1'");
    let title = browser.text("document.querySelector('.pane .title').textContent");
    assert_eq!(title, "odd right\\u{202e}left \\u{0} nul \\u{7} bell line");
    // A long word does not make the page wider than the screen.
    browser.resize(360, 740);
    browser.go("#/pair/word1/word2");
    browser.wait("document.querySelector('.pane .key').textContent === 'word1'");
    assert_eq!(
        browser.evaluate("document.documentElement.scrollWidth <= 360"),
        true
    );
    browser.assert_quiet();
}
