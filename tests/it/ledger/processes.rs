//! Two processes and one ledger: who writes, who waits, who reads.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use yearbook::{ErrorKind, Ledger, Yearbook};

use super::{office, share, stands};

/// Where the child finds the ledger, and what it is to do with it.
const PATH: &str = "YEARBOOK_PROCESS_PATH";
const ROLE: &str = "YEARBOOK_PROCESS_ROLE";

/// What a process is told that opens a ledger while another has it.
fn busy(path: &Path) -> String {
    format!(
        "{}: the ledger is open for writing elsewhere, or is being read: close it there, or read a published yearbook",
        path.display()
    )
}

/// Another process, which has done its work when it has said so, and holds what it has opened until it is killed or let go.
struct Process {
    child: Child,
    said: String,
    holds: Option<ChildStdin>,
    /// Kept, as the test runner goes on speaking.
    _out: BufReader<ChildStdout>,
}

impl Process {
    fn start(role: &str, path: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["ledger::processes::child", "--exact", "--nocapture"])
            .env(ROLE, role)
            .env(PATH, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("child says: ") {
            said.clear();
            assert!(out.read_line(&mut said).unwrap() > 0, "the child died");
        }
        // The test runner may speak on the same line.
        let (_, said) = said.trim_end().split_once("child says: ").unwrap();
        Self {
            said: said.to_string(),
            holds: child.stdin.take(),
            child,
            _out: out,
        }
    }

    /// As a power cut or an impatient person would end it.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Lets it end by itself.
    fn let_go(mut self) {
        drop(self.holds.take());
        assert!(self.child.wait().unwrap().success());
    }
}

/// Not a test of its own: what the child processes of the tests below do.
#[test]
fn child() {
    let (Ok(role), Ok(path)) = (std::env::var(ROLE), std::env::var(PATH)) else {
        return;
    };
    let opened = match role.as_str() {
        "read" => Ledger::open_read_only(&path),
        _ => Ledger::open(&path),
    };
    let said = match &opened {
        Err(error) => error.to_string(),
        Ok(ledger) if role == "write" => {
            let mut batch = ledger.batch("report-a".parse().unwrap(), "").unwrap();
            let observation = share("report-a", "430281", "2022", "22.0");
            batch.record(&observation).unwrap();
            batch.commit().unwrap();
            let mut unfinished = ledger.batch("report-a".parse().unwrap(), "").unwrap();
            let observation = share("report-a", "430281", "2023", "23.0");
            unfinished.record(&observation).unwrap();
            // It is killed with a batch open.
            hold("recorded 2022");
            return;
        }
        Ok(ledger) => stands(ledger, "430281", "2021").unwrap(),
    };
    hold(&said);
}

/// Says something, and waits until the other side lets go.
fn hold(said: &str) {
    println!("\nchild says: {said}");
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn the_second_process_is_told_and_opens_when_the_first_is_killed() {
    let mut office = office();
    office.record("report-a", "430281", "2021", "1.0");
    let published = office.folder.path().join("office.yearbook");
    office.ledger().publish().unwrap().save(&published).unwrap();
    office.close();
    let path = office.path();

    let writer = Process::start("write", &path);
    assert_eq!(writer.said, "recorded 2022");
    // This process, and others, whether they would write or read.
    for opened in [Ledger::open(&path), Ledger::open_read_only(&path)] {
        let error = opened.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert_eq!(error.to_string(), busy(&path));
    }
    for role in ["open", "read"] {
        let other = Process::start(role, &path);
        assert_eq!(other.said, busy(&path));
        other.let_go();
    }
    // What was published is for everyone to read.
    let book = Yearbook::open(&published).unwrap();
    assert_eq!(book.cell_count().unwrap(), 1);

    writer.kill();
    let ledger = office.reopen();
    assert_eq!(
        stands(ledger, "430281", "2022").unwrap(),
        "22.0 % by report-a, batch 3"
    );
    assert_eq!(stands(ledger, "430281", "2023"), None);
    ledger.check().unwrap();
    office.record("report-a", "430281", "2024", "24.0");
    office.close();
    let reader = Process::start("open", &path);
    assert_eq!(reader.said, "1.0 % by report-a, batch 2");
    reader.let_go();
}

#[test]
fn readers_of_two_processes_stand_side_by_side_and_no_writer_beside_them() {
    let mut office = office();
    office.record("report-a", "430281", "2021", "1.0");
    office.close();
    let path = office.path();
    let reader = Process::start("read", &path);
    assert_eq!(reader.said, "1.0 % by report-a, batch 2");
    let own = Ledger::open_read_only(&path).unwrap();
    assert_eq!(
        stands(&own, "430281", "2021").unwrap(),
        "1.0 % by report-a, batch 2"
    );
    let third = Process::start("read", &path);
    assert_eq!(third.said, reader.said);
    assert_eq!(Ledger::open(&path).unwrap_err().to_string(), busy(&path));
    let writer = Process::start("write", &path);
    assert_eq!(writer.said, busy(&path));
    writer.let_go();
    drop(own);
    third.kill();
    assert_eq!(Ledger::open(&path).unwrap_err().to_string(), busy(&path));
    reader.kill();
    office.reopen();
    office.record("report-a", "430281", "2022", "2.0");
}
