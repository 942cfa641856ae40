//! The service of `examples/watch.rs`, asked over loopback, killed and started again.

#[path = "../../watch.rs"]
mod watch;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The longest that an answer, or a start, may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A service in a process of its own, which is killed when dropped.
struct Service {
    child: Child,
    address: SocketAddr,
}

impl Drop for Service {
    fn drop(&mut self) {
        // Kills without a warning.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the child of the test runs.
#[test]
#[ignore = "started by the test of the service"]
fn serve() {
    let folder = std::env::var("WATCH_FOLDER").expect("a folder");
    let address = std::env::var("WATCH_ADDRESS").expect("an address");
    let listener = TcpListener::bind(address).expect("a free port");
    watch::serve(Path::new(&folder), listener).expect("it serves");
}

fn start(folder: &Path) -> Service {
    let any = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = any.local_addr().expect("bound");
    drop(any);
    let child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--ignored", "--exact", "serve"])
        .env("WATCH_FOLDER", folder)
        .env("WATCH_ADDRESS", address.to_string())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let service = Service { child, address };
    let begun = Instant::now();
    while TcpStream::connect_timeout(&address, PATIENCE).is_err() {
        assert!(begun.elapsed() < PATIENCE, "the service does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    service
}

/// Posts an article, and gives the status and the answer.
fn ask(service: &Service, article: &Value) -> (u16, Value) {
    let body = article.to_string();
    let mut stream = TcpStream::connect_timeout(&service.address, PATIENCE).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a bound");
    let request = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is answered");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let value = serde_json::from_str(body).unwrap_or(Value::Null);
    (status.expect("a status"), value)
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("reprint-watch-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

#[test]
fn articles_are_told_apart_from_copies_and_survive_a_kill() {
    let folder = folder();
    let body = "The old bridge over the Lune will open again on Friday, the council said on Monday. \
                Repairs took eleven months, and the ferry will run until the end of the week.";
    let day = 24 * 60 * 60;
    let article =
        |key: &str, text: &str, date: i64| json!({"key": key, "text": text, "date": date});
    let service = start(&folder);
    assert_eq!(
        ask(&service, &article("first", body, 20 * day)),
        (200, json!([]))
    );
    let (status, found) = ask(&service, &article("second", &body.to_uppercase(), 21 * day));
    assert_eq!(
        (status, &found[0]["key"], &found[0]["relation"]),
        (200, &json!("first"), &json!("exact"))
    );
    assert!(
        found[0]["passages"][0]
            .as_str()
            .is_some_and(|text| text.len() > 100),
        "{found}"
    );
    assert_eq!(ask(&service, &json!({"key": 1})).0, 422);
    // Killed without a warning, it knows both.
    drop(service);
    let service = start(&folder);
    let keys = |found: &Value| -> Vec<Value> {
        let found = found.as_array().expect("a list").iter();
        found.map(|found| found["key"].clone()).collect()
    };
    let (_, found) = ask(&service, &article("third", body, 22 * day));
    assert_eq!(keys(&found), [json!("first"), json!("second")]);
    // Two weeks later they are gone.
    let (_, found) = ask(&service, &article("late", body, 35 * day + 1));
    assert_eq!(keys(&found), [json!("third")]);
    drop(service);
    std::fs::remove_dir_all(&folder).expect("it is removed");
}
