//! A headless browser, driven through the pipe of its `DevTools` protocol.
//!
//! In: a page on disk. Out: values of expressions, errors, and requests.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The longest wait for a step. By hand: steps take milliseconds, on a busy machine seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// The time between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// A browser with one page.
pub(crate) struct Browser {
    process: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    /// Answers that came before their turn.
    answers: HashMap<u64, Value>,
    sent: u64,
    session: String,
    /// Errors, exceptions, refusals and dialogs of the page.
    pub(crate) wrong: Vec<String>,
    /// Requested addresses, without the page's own.
    pub(crate) requests: Vec<String>,
    folder: PathBuf,
}

/// The browser: `CHROMIUM`, or the first on the path.
fn program() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let found = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    named.into_iter().chain(found).find(|path| path.is_file())
}

/// Says on the real stderr, past the harness, that a test was skipped.
pub(crate) fn skipped(why: &str) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("a test");
    let _ = writeln!(std::io::stderr().lock(), "SKIPPED {name}: {why}");
}

impl Browser {
    /// Starts a browser. Without Chromium the result is `None`, and the skip is said.
    pub(crate) fn start(name: &str) -> Option<Self> {
        let Some(program) = program() else {
            skipped("there is no Chromium here (Debian: apt-get install chromium)");
            return None;
        };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("saved")).expect("a folder");
        // The browser uses descriptors 3 and 4; the shell copies stdin and stdout there.
        let mut process = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#])
            .arg(program)
            .args([
                "--headless",
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-sync",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--hide-scrollbars",
            ])
            .arg(format!(
                "--user-data-dir={}",
                folder.join("profile").display()
            ))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let out = process.stdout.take().expect("a pipe");
        let (send, from) = channel();
        std::thread::spawn(move || {
            for message in BufReader::new(out).split(0) {
                let Ok(message) = message else { break };
                let Ok(message) = serde_json::from_slice(&message) else {
                    break;
                };
                if send.send(message).is_err() {
                    break;
                }
            }
        });
        let to = process.stdin.take().expect("a pipe");
        let mut browser = Self {
            process,
            to,
            from,
            answers: HashMap::new(),
            sent: 0,
            session: String::new(),
            wrong: Vec::new(),
            requests: Vec::new(),
            folder,
        };
        let target = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.call("Target.attachToTarget", &target);
        attached["sessionId"]
            .as_str()
            .expect("a session")
            .clone_into(&mut browser.session);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        let saved = browser.saved();
        browser.call(
            "Page.setDownloadBehavior",
            &json!({ "behavior": "allow", "downloadPath": saved }),
        );
        browser.resize(1280, 900);
        Some(browser)
    }

    /// The folder where the page saves files.
    pub(crate) fn saved(&self) -> PathBuf {
        self.folder.join("saved")
    }

    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500,
        });
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Calls a method of the protocol.
    pub(crate) fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.sent += 1;
        let id = self.sent;
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if !self.session.is_empty() {
            message["sessionId"] = self.session.clone().into();
        }
        let mut bytes = serde_json::to_vec(&message).expect("JSON");
        bytes.push(0);
        self.to.write_all(&bytes).expect("the browser listens");
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            let left = end.saturating_duration_since(Instant::now());
            let message = self.from.recv_timeout(left);
            self.take(message.unwrap_or_else(|error| panic!("{method}: no answer: {error}")));
        }
    }

    fn take(&mut self, message: Value) {
        if let Some(id) = message["id"].as_u64() {
            self.answers.insert(id, message);
            return;
        }
        let parameters = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => {
                self.wrong.push(parameters["exceptionDetails"].to_string());
            }
            "Log.entryAdded" => self.wrong.push(parameters["entry"]["text"].to_string()),
            "Page.javascriptDialogOpening" => self.wrong.push(format!("a dialog: {parameters}")),
            "Runtime.consoleAPICalled" if parameters["type"] != "log" => {
                self.wrong.push(parameters.to_string());
            }
            "Network.requestWillBeSent" => {
                let url = parameters["request"]["url"].as_str().unwrap_or_default();
                if !url.starts_with("file://") && !url.starts_with("blob:") {
                    self.requests.push(url.to_owned());
                }
            }
            _ => {}
        }
    }

    /// Opens a page at an address fragment, and waits for the script.
    pub(crate) fn open(&mut self, page: &Path, hash: &str) {
        let url = format!("file://{}{hash}", page.display());
        // A new fragment alone would not load the page again.
        self.call("Page.navigate", &json!({ "url": "about:blank" }));
        self.call("Page.navigate", &json!({ "url": url }));
        self.wait("document.documentElement.dataset.ready !== undefined");
    }

    /// The value of an expression.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let asked = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
        });
        let found = self.call("Runtime.evaluate", &asked);
        assert!(
            found["exceptionDetails"].is_null(),
            "{expression}: {}",
            found["exceptionDetails"]
        );
        found["result"]["value"].clone()
    }

    pub(crate) fn text(&mut self, expression: &str) -> String {
        let found = self.evaluate(expression);
        match found.as_str() {
            Some(text) => text.to_owned(),
            None => panic!("{expression} is {found}"),
        }
    }

    /// Waits until an expression is true.
    pub(crate) fn wait(&mut self, expression: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let asked = json!({ "expression": expression, "returnByValue": true });
            let found = self.call("Runtime.evaluate", &asked);
            if found["result"]["value"] == true {
                return;
            }
            assert!(
                Instant::now() < end,
                "never true: {expression}; wrong: {:?}",
                self.wrong
            );
            std::thread::sleep(PAUSE);
        }
    }

    /// Goes to another fragment.
    pub(crate) fn go(&mut self, hash: &str) {
        let hash = serde_json::to_string(hash).expect("JSON");
        self.evaluate(&format!("location.hash = {hash}; null"));
        // The view is complete when its tasks are done.
        self.evaluate("new Promise((done) => setTimeout(done, 0))");
    }

    pub(crate) fn click(&mut self, selector: &str) {
        let selector = serde_json::to_string(selector).expect("JSON");
        self.evaluate(&format!("document.querySelector({selector}).click(); null"));
    }

    /// Presses a key with a character.
    pub(crate) fn press(&mut self, key: &str) {
        let text = if key.chars().count() == 1 { key } else { "" };
        let mut down = json!({ "type": "keyDown", "key": key });
        if key == "Enter" {
            down["text"] = "\r".into();
            down["windowsVirtualKeyCode"] = 13.into();
        } else if !text.is_empty() {
            down["text"] = text.into();
        }
        self.call("Input.dispatchKeyEvent", &down);
        self.call(
            "Input.dispatchKeyEvent",
            &json!({ "type": "keyUp", "key": key }),
        );
    }

    /// Asserts that the page had no error and no request.
    pub(crate) fn assert_quiet(&mut self) {
        // Pending events come before an answer.
        self.evaluate("null");
        assert!(self.wrong.is_empty(), "{:?}", self.wrong);
        assert!(self.requests.is_empty(), "{:?}", self.requests);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self
            .to
            .write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let end = Instant::now() + Duration::from_secs(5);
        while let Ok(None) = self.process.try_wait() {
            if Instant::now() > end {
                let _ = self.process.kill();
                let _ = self.process.wait();
            }
            std::thread::sleep(PAUSE);
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
