use super::*;

fn line(n: u64) -> String {
    let request = serde_json::json!({
        "method": "GET", "operation": "etatSante", "path": "/x", "headers": [], "body": {"kind": "empty"}
    });
    let response = serde_json::json!({
        "status": 200, "headers": [["date", "=x"]], "body": {"kind": "json", "shape": {"a": "~date"}}
    });
    serde_json::json!({"n": n, "at_ms": 1, "took_ms": 2, "request": request, "response": response})
        .to_string()
}

fn read(lines: &[&str]) -> anyhow::Result<Session> {
    Session::parse(lines.concat().as_bytes())
}

fn head() -> String {
    serde_json::to_string(&Head::new(Source::Record, false)).unwrap() + "\n"
}

#[test]
fn what_was_written_before_a_cut_is_read() {
    let (head, one, two) = (head(), line(1) + "\n", line(2));
    let session = read(&[&head, &one, &two[..40]]).unwrap();
    assert_eq!((session.exchanges.len(), session.is_cut), (1, true));
    let session = read(&[&head, &one, &two]).unwrap();
    assert_eq!(
        (session.exchanges.len(), session.is_cut),
        (2, false),
        "only the line's end is missing"
    );
}

#[test]
fn a_file_that_is_no_session_says_so() {
    let fault = |lines: &[&str]| format!("{:#}", read(lines).unwrap_err());
    assert!(fault(&[]).contains("the file is empty"));
    assert!(fault(&["{\"log\":{}}\n"]).contains("no session"));
    let other = head().replace("\"version\":1", "\"version\":7");
    assert!(fault(&[&other]).contains("version 7 of the format; this program reads version 1"));
    let edited = (line(1) + "\n").replace("\"~date\"", "\"2024-10-29\"");
    assert!(
        fault(&[&head(), &edited]).contains("line 2: body.shape: a: \"2024-10-29\" is no value")
    );
    let edited = (line(1) + "\n").replace("\"status\":200", "\"status\":\"200\"");
    assert!(fault(&[&head(), &edited]).contains("line 2: response.status: invalid type"));
    assert!(
        fault(&[&head(), &(line(1) + "\n"), &(line(1) + "\n")])
            .contains("line 3: the exchange 1 is there twice")
    );
}
