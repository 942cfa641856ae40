//! Accessibility by axe-core, small screens, dark mode, print.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Browser, news, of_paths, page, samples, skipped};

/// The script of axe-core. `.ci/run` fetches axe-core from npm.
fn axe() -> Option<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../axe/node_modules/axe-core");
    let named = std::env::var_os("AXE_CORE").map(PathBuf::from);
    let path = named.unwrap_or_else(|| folder.join("axe.min.js"));
    let script = std::fs::read_to_string(path).ok();
    if script.is_none() {
        skipped("there is no axe-core here (npm install --prefix target/axe --no-save axe-core)");
    }
    script
}

#[test]
fn axe_core_finds_no_violation() {
    let Some(axe) = axe() else {
        return;
    };
    let Some(mut browser) = Browser::start("axe") else {
        return;
    };
    let page = page("axe", &news(), &["--measures", "--templates"], None);
    let views = [
        "",
        "#/groups",
        "#/groups?q=bridge",
        "#/pair/post%2F1/echo%2F1",
        "#/phrasing",
        "#/article/buzz%2F1",
        "#/templates",
    ];
    for (scheme, width) in [
        ("light", 1280),
        ("dark", 1280),
        ("light", 360),
        ("dark", 360),
    ] {
        browser.resize(width, 900);
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        browser.call(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
        browser.open(&page, "");
        // The policy refuses the styles that axe adds.
        browser.call("Page.setBypassCSP", &json!({ "enabled": true }));
        browser.open(&page, "");
        browser.evaluate(&format!("{axe}; null"));
        let group = {
            browser.go("#/groups");
            browser.text("document.querySelector('#view .row').getAttribute('href')")
        };
        for view in views.into_iter().chain([&*group]) {
            browser.go(if view.is_empty() { "#/" } else { view });
            browser.wait("document.querySelector('h1') !== null");
            browser.evaluate("new Promise((done) => setTimeout(done, 100))");
            let found = browser.evaluate(
                "axe.run().then((found) => found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ').slice(0, 500)}`))",
            );
            assert_eq!(found, json!([]), "{view} in {scheme}, {width} wide");
        }
        browser.call("Page.setBypassCSP", &json!({ "enabled": false }));
    }
}

#[test]
fn nothing_is_wider_than_a_small_screen() {
    let Some(mut browser) = Browser::start("narrow") else {
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report-narrow.html");
    let page = of_paths(&folder, &[&samples()], &["--templates"]);
    browser.resize(360, 740);
    browser.open(&page, "");
    for hash in [
        "#/",
        "#/groups",
        "#/phrasing",
        "#/article/coastbuzz-parking-charges.txt",
        "#/pair/evening-post-harbour-bridge.txt/tribune-harbour-bridge.txt",
        "#/pair/jiangpan-wanbao-last-ferry.txt/shipan-ribao-last-ferry.txt",
    ] {
        browser.go(hash);
        browser.evaluate("new Promise((done) => setTimeout(done, 100))");
        let width = browser.evaluate("document.documentElement.scrollWidth");
        assert!(width.as_u64() <= Some(360), "{hash}: {width}");
    }
    browser.assert_quiet();
}

/// Printed, both texts are whole and the buttons are hidden.
#[test]
fn it_prints() {
    let Some(mut browser) = Browser::start("print") else {
        return;
    };
    let page = page("print", &news(), &[], None);
    browser.open(&page, "#/pair/post%2F1/echo%2F1");
    browser.wait("document.querySelectorAll('.pane').length === 2");
    browser.call("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    let whole = "[...document.querySelectorAll('.pane')].every((pane) => pane.scrollHeight <= pane.clientHeight + 1)";
    assert_eq!(browser.evaluate(whole), true);
    assert_eq!(
        browser.text("getComputedStyle(document.querySelector('.toolbar')).display"),
        "none"
    );
    let printed = browser.call("Page.printToPDF", &json!({ "printBackground": true }));
    assert!(
        printed["data"]
            .as_str()
            .is_some_and(|data| data.len() > 1000)
    );
    browser.assert_quiet();
}
