//! The views: overview, lists, a group, side by side, phrasing.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Browser, news, of_paths, page, story};

/// The address of an article's group.
fn group_of(browser: &mut Browser, title: &str) -> String {
    browser.go("#/groups");
    browser.text(&format!(
        "[...document.querySelectorAll('#view .row')].find((row) => row.textContent.includes('{title}')).getAttribute('href')"
    ))
}

#[test]
fn opens_without_an_error_or_a_request() {
    let Some(mut browser) = Browser::start("opens") else {
        return;
    };
    let page = page("opens", &news(), &[], None);
    browser.open(&page, "");
    let overview = browser.text("document.querySelector('#overview').innerText");
    assert!(overview.contains("7 articles came in."), "{overview}");
    assert!(
        overview.contains("in 2 groups of recycled articles"),
        "{overview}"
    );
    assert_eq!(
        browser.text("document.querySelector('h1').innerText"),
        "Recycled articles"
    );
    // Each plot says the same in a table.
    let plots = "[...document.querySelectorAll('figure.plot')].every((plot) => plot.querySelector('svg').getAttribute('aria-label') && plot.querySelector('table tbody tr'))";
    assert_eq!(browser.evaluate(plots), true);
    browser.assert_quiet();
}

#[test]
fn lists_are_searched_filtered_sorted_and_saved() {
    let Some(mut browser) = Browser::start("lists") else {
        return;
    };
    let page = page("lists", &news(), &[], None);
    browser.open(&page, "#/groups");
    let shown = "document.getElementById('shown').textContent";
    assert_eq!(browser.text(shown), "2 groups, 5 articles");
    // Search, as it is typed.
    browser.press("/");
    for key in ["w", "i", "r", "e"] {
        browser.press(key);
    }
    browser.wait(&format!("{shown}.startsWith('1 group of 2')"));
    assert_eq!(
        browser.text("document.querySelector('#view .row .title').textContent"),
        "Bridge opens"
    );
    // Every view has an address.
    assert_eq!(browser.text("location.hash"), "#/groups?q=wire");
    browser.go("#/groups?relation=exact&publisher=The+Wire");
    browser.wait(&format!("{shown}.startsWith('1 group of 2')"));
    browser.go("#/groups?size=3");
    browser.wait(&format!("{shown}.startsWith('1 group of 2')"));
    browser.go("#/groups?q=nowhere");
    browser.wait("document.querySelector('#view .empty') !== null");
    browser.go("#/groups?sort=oldest");
    browser.wait("document.querySelector('#view .row .title')?.textContent.startsWith('Parade')");
    browser.evaluate(
        "[...document.querySelectorAll('#view button')].find((one) => one.textContent.includes('CSV')).click(); null",
    );
    let saved = browser.saved().join("groups.csv");
    let end = Instant::now() + Duration::from_secs(20);
    while !saved.is_file() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    let saved = std::fs::read_to_string(saved).expect("it was saved");
    let lines: Vec<&str> = saved.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines[0],
        "article,group,kept,score,reason,of,relation,phrasing,title,publisher,date"
    );
    assert_eq!(lines.len(), 6);
    assert!(
        lines.iter().any(|line| line.starts_with("wire/1,")
            && line.ends_with("Bridge opens,The Wire,2026-03-04")),
        "{saved}"
    );
    browser.assert_quiet();
}

#[test]
fn a_group_says_who_was_first_only_where_dates_do() {
    let Some(mut browser) = Browser::start("group") else {
        return;
    };
    let page = page("group", &news(), &[], None);
    browser.open(&page, "");
    let bridge = group_of(&mut browser, "Bridge opens");
    browser.go(&bridge);
    browser.wait("document.querySelector('.view.group') !== null");
    let said = browser.text("document.querySelector('#view .lede').textContent");
    assert!(
        said.contains("Morning Post first, Evening Echo 2 h 30 min later, The Wire 3 days later"),
        "{said}"
    );
    assert!(
        browser
            .text("document.querySelector('.kept').textContent")
            .contains("its date is the earliest")
    );
    assert_eq!(
        browser.evaluate("document.querySelectorAll('.timeline circle').length"),
        3
    );
    assert_eq!(
        browser.evaluate("document.querySelectorAll('.members tbody tr').length"),
        3
    );
    // A day without a time doesn't tell which article came first.
    let parade = group_of(&mut browser, "Parade");
    browser.go(&parade);
    browser.wait("document.querySelector('#view h1')?.textContent.startsWith('Parade')");
    let said = browser.text("document.querySelector('#view .lede').textContent");
    assert!(!said.contains("first") && !said.contains("later"), "{said}");
    browser.assert_quiet();
}

#[test]
fn two_texts_side_by_side() {
    let Some(mut browser) = Browser::start("pair") else {
        return;
    };
    let page = page("pair", &news(), &[], None);
    // The permalink of a pair.
    browser.open(&page, "#/pair/post%2F1/echo%2F1");
    browser.wait("document.querySelectorAll('.pane').length === 2");
    // The same passage is the same words under the same number and colour on both sides.
    let runs = r"(() => {
        const [a, b] = [...document.querySelectorAll('.pane')].map((pane) => {
            const runs = new Map();
            for (const mark of pane.querySelectorAll('.text mark')) {
                const text = [...mark.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('');
                runs.set(mark.dataset.run, (runs.get(mark.dataset.run) ?? mark.className.match(/h\d/)[0]) + ' ' + text);
            }
            return [...runs];
        });
        return a.length > 0 && JSON.stringify(a) === JSON.stringify(b);
    })()";
    assert_eq!(browser.evaluate(runs), true);
    let differs = browser.text("[...document.querySelectorAll('.pane')].map((pane) => [...pane.querySelectorAll('.text .k-number')].map((one) => one.lastChild.data).join()).join(' ')");
    assert_eq!(differs, "14 29");
    let legend = browser.text("document.querySelector('.legend').textContent");
    assert!(legend.contains("number"), "{legend}");
    // The keyboard goes from passage to passage, and back.
    let position = "document.getElementById('position').textContent";
    browser.press("n");
    assert!(browser.text(position).starts_with("Passage 1 of 2"));
    browser.press("n");
    assert!(browser.text(position).starts_with("Passage 2 of 2"));
    assert_eq!(
        browser
            .evaluate("document.querySelectorAll('.pane')[0].querySelectorAll('.now').length > 0"),
        true
    );
    browser.press("p");
    assert!(browser.text(position).starts_with("Passage 1 of 2"));
    browser.press("d");
    assert_eq!(
        browser.text(position),
        "Difference 1 of 2: only on the right"
    );
    browser.press("d");
    assert_eq!(browser.text(position), "Difference 2 of 2: number");
    browser.click("#next");
    assert!(browser.text(position).starts_with("Passage 2 of 2"));
    // Up to the group.
    browser.press("u");
    browser.wait("document.querySelector('.view.group') !== null");
    browser.assert_quiet();
}

#[test]
fn panes_scroll_together() {
    let Some(mut browser) = Browser::start("scroll") else {
        return;
    };
    let page = page("scroll", &news(), &[], None);
    browser.resize(1000, 500);
    browser.open(&page, "#/pair/post%2F1/echo%2F1");
    browser.wait("document.querySelectorAll('.pane').length === 2");
    browser.evaluate(
        "(() => { const pane = document.querySelector('.pane'); pane.dispatchEvent(new WheelEvent('wheel')); pane.scrollTop = 260; })()",
    );
    // What stands in both is level, below a paragraph that one of them lacks.
    browser.wait("(() => { const [a, b] = [...document.querySelectorAll('.pane [data-part=\"1.0\"]')].filter((mark) => mark.querySelector('.no')).map((mark) => mark.getBoundingClientRect().top); return Math.abs(a - b) < 40; })()");
    browser.assert_quiet();
}

/// The page's script aligns pairs that the program has not compared.
#[test]
fn any_two_members_can_be_chosen() {
    let Some(mut browser) = Browser::start("any-two") else {
        return;
    };
    let page = page("any-two", &news(), &[], None);
    browser.open(&page, "#/pair/echo%2F1/wire%2F1");
    browser.wait("document.querySelectorAll('.pane').length === 2");
    assert!(
        browser
            .text("document.querySelector('#view .lede').textContent")
            .contains("aligned here")
    );
    let differs = browser.text("[...document.querySelectorAll('.pane')].map((pane) => [...pane.querySelectorAll('.text .k-number')].map((one) => one.lastChild.data).join()).join(' ')");
    assert_eq!(differs, "29 14");
    browser.evaluate("(() => { const form = document.querySelector('.compare'); form.elements.a.value = 'post/1'; form.dispatchEvent(new Event('change')); })()");
    browser.wait("location.hash === '#/pair/post%2F1/wire%2F1' && document.querySelector('#view .lede').textContent.includes('same words')");
    browser.assert_quiet();
}

/// A block of sentences in another place is found in pairs that the page's script aligns.
#[test]
fn what_moved_is_found_in_any_pair() {
    let Some(mut browser) = Browser::start("moved") else {
        return;
    };
    let whole = story("Carrowmouth", 20);
    let sentences: Vec<&str> = whole.lines().collect();
    let turned = [&sentences[..5], &sentences[9..], &sentences[5..9]].concat();
    let article = |id: &str, text: &str| json!({ "id": id, "date": "2026-03-01", "text": text });
    let articles = [
        article("a", &whole),
        article("b", &whole),
        article("c", &turned.join("\n")),
    ];
    let page = page("moved", &articles, &[], None);
    browser.open(&page, "#/pair/b/c");
    browser.wait("document.querySelectorAll('.pane').length === 2");
    let said = browser.text("document.querySelector('#view .lede').textContent");
    assert!(
        said.contains("aligned here") && said.contains("100% of the left one"),
        "{said}"
    );
    let moved = browser.text("[...document.querySelectorAll('.pane')].map((pane) => [...pane.querySelectorAll('.text .moved')].map((one) => [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('')).join('\\n')).join('|')");
    let block = sentences[5..9].join("\n");
    let block = block.trim_end_matches('.');
    assert_eq!(moved, format!("{block}|{block}"));
    assert_eq!(
        browser.evaluate("document.querySelectorAll('.text .differs').length"),
        0
    );
    browser.assert_quiet();
}

#[test]
fn phrases_are_marked_in_place() {
    let Some(mut browser) = Browser::start("phrasing") else {
        return;
    };
    let page = page("phrasing", &news(), &["--measures"], None);
    browser.open(&page, "#/phrasing");
    browser.wait("document.querySelectorAll('#view .row').length === 1");
    browser.press("j");
    browser.press("Enter");
    browser.wait("document.querySelector('.view.phrasing') !== null");
    let marks = "document.querySelectorAll('.text mark .no').length";
    assert_eq!(browser.evaluate(marks), 12);
    assert_eq!(browser.evaluate("[...document.querySelectorAll('.text mark[data-mark=\"0\"]')].map((mark) => mark.textContent).join('').includes('seafront parking charges rise')"), true);
    let aside = browser.text("document.querySelector('aside').textContent");
    assert!(aside.contains("12 times in 12 paragraphs"), "{aside}");
    assert!(
        aside.contains("What made the score") && aside.contains("Published measures"),
        "{aside}"
    );
    browser.press("n");
    assert_eq!(
        browser.evaluate("document.querySelector('.now') !== null"),
        true
    );
    browser.assert_quiet();
}

#[test]
fn what_is_not_there_is_said() {
    let Some(mut browser) = Browser::start("missing") else {
        return;
    };
    let page = page("missing", &news(), &[], None);
    browser.open(&page, "#/group/none");
    for hash in [
        "#/group/none",
        "#/pair/a/b",
        "#/article/none",
        "#/template/9",
        "#/nonsense",
        "#/%E0%A4%A",
    ] {
        browser.go(hash);
        browser.wait("document.querySelector('#view h1')?.textContent === 'Not here'");
    }
    browser.go("#/templates");
    browser.wait("document.querySelector('.empty')?.textContent.includes('--templates')");
    browser.assert_quiet();
}

/// `--reference` and `--previous` on the page.
#[test]
fn the_reference_and_the_earlier_run_have_their_place() {
    let Some(mut browser) = Browser::start("known") else {
        return;
    };
    let all = news();
    let old = page(
        "known-old",
        &all[..2],
        &["--format", "jsonl", "--output"],
        Some("found.jsonl"),
    );
    let folder = old.parent().expect("a folder");
    let earlier = folder.join("found.jsonl");
    let earlier = earlier.to_str().expect("UTF-8");
    let page_ = page("known", &all, &["--previous", earlier], None);
    browser.open(&page_, "#/groups?change=grew");
    assert_eq!(
        browser.text("document.getElementById('shown').textContent"),
        "1 group of 2, 3 articles"
    );
    let row = browser.text("document.querySelector('#view .row').textContent");
    assert!(row.contains("grew"), "{row}");

    let reference = folder.join("articles.jsonl");
    let reference = reference.to_str().expect("UTF-8");
    let page_ = page(
        "known-reference",
        &all[2..],
        &["--reference", reference],
        None,
    );
    browser.open(&page_, "#/groups");
    assert_eq!(
        browser.text("document.getElementById('shown').textContent"),
        "1 group, 2 articles"
    );
    browser.click("#view .row");
    browser.wait("document.querySelector('.view.group') !== null");
    let kept = browser.text("document.querySelector('.kept').textContent");
    assert!(kept.starts_with("In the reference"), "{kept}");
    browser.click("a.open");
    browser.wait("document.querySelectorAll('.pane .text p').length > 2");
    let keys = browser.text(
        "[...document.querySelectorAll('.pane .key')].map((key) => key.textContent).join(' ')",
    );
    assert_eq!(keys, "post/1 wire/1");
    browser.assert_quiet();
}

/// `compare A B --report`, also under the old name `explain`.
#[test]
fn a_pair_has_a_page_of_its_own() {
    let Some(mut browser) = Browser::start("own") else {
        return;
    };
    let articles = page("own", &news(), &[], None).with_file_name("articles.jsonl");
    for command in ["compare", "explain"] {
        let page = articles.with_file_name(format!("{command}.html"));
        of_paths(&page, &[&articles], &[command, "post/1", "solo/1"]);
        browser.open(&page, "");
        browser.wait("document.querySelectorAll('.pane').length === 2");
        assert_eq!(browser.text("location.hash"), "#/pair/post%2F1/solo%2F1");
        let said = browser.text("document.querySelector('#view .lede').textContent");
        assert!(said.contains("little to do with each other"), "{said}");
    }
    browser.assert_quiet();
}
