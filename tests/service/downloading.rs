//! Reports on their way out: what was open when it was asked for comes to its end, and who asks for the headers alone has seen nothing.

use std::io::{Cursor, Read as _};

use crosswalk::ports::{AuditLog as _, AuditVerdict};
use crosswalk::simulator::Refund;
use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::house::House;
use crate::paying::{press, reviewed};
use crate::person::{OWNER, Person};

/// How many lines the audit log has; it is whole.
pub async fn audit_lines(house: &House) -> u64 {
    let AuditVerdict::Whole { lines, .. } = house.store.verify().await.unwrap() else { panic!("the chain is broken") };
    lines
}

/// Asks for a page over a line that takes little at a time, and reads no further than its headers.
async fn begin_download(house: &House, person: &Person<'_>, path: &str) -> (String, TcpStream) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2_048).unwrap();
    let host = format!("127.0.0.1:{}", house.root.port().unwrap());
    let mut line = socket.connect(host.parse().unwrap()).await.unwrap();
    let cookie = person.cookie("__Host-crosswalk").unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: __Host-crosswalk={cookie}\r\nConnection: close\r\n\r\n");
    line.write_all(request.as_bytes()).await.unwrap();
    let mut headers = Vec::new();
    while !headers.ends_with(b"\r\n\r\n") {
        headers.push(line.read_u8().await.unwrap());
    }
    (String::from_utf8(headers).unwrap(), line)
}

#[tokio::test]
async fn a_refund_in_mid_download_lets_the_file_come_to_its_end_and_no_other_begin() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = reviewed(&house, &person).await;
    let payment = press(&house, &person, &review).await;
    house.stripe.pay(&payment).await.unwrap();
    let file = format!("{review}/report/xlsx");
    let (headers, mut line) = begin_download(&house, &person, &file).await;
    assert!(headers.starts_with("HTTP/1.1 200"), "{headers}");

    house.stripe.refund(&payment, Refund::Full).await.unwrap();
    person.get(&file).await.says(402, "not open to you");
    let mut bytes = Vec::new();
    line.read_to_end(&mut bytes).await.unwrap();
    assert!(headers.to_lowercase().contains(&format!("content-length: {}\r\n", bytes.len())), "{} bytes, but {headers}", bytes.len());
    let mut workbook = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert!(workbook.len() > 5 && workbook.by_name("xl/workbook.xml").is_ok());
    for number in 0..workbook.len() {
        // Read to its end, each part is compared with its checksum.
        workbook.by_index(number).unwrap().read_to_end(&mut Vec::new()).unwrap();
    }
    for path in [file, format!("{review}/report")] {
        person.get(&path).await.says(402, "not open to you");
    }
}

#[tokio::test]
async fn who_asks_for_the_headers_alone_has_seen_nothing() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = reviewed(&house, &person).await;
    let paths: Vec<String> = ["", "/html", "/docx", "/xlsx", "/json"].iter().map(|format| format!("{review}/report{format}")).collect();
    let head = async |path: &str| person.send(Method::HEAD, path, None, &[]).await;
    for path in &paths {
        let locked = head(path).await;
        assert!(locked.status == 402 && locked.body.is_empty(), "{path}: {}", locked.status);
    }
    let payment = press(&house, &person, &review).await;
    house.stripe.pay(&payment).await.unwrap();
    let before = audit_lines(&house).await;
    for path in &paths {
        let open = head(path).await;
        assert!(open.status == 200 && open.body.is_empty(), "{path}: {}", open.status);
        assert_eq!(audit_lines(&house).await, before, "{path} was written down as handed out");
    }
    for (number, path) in (1..).zip(&paths) {
        // The same headers with the file behind them.
        let (promised, got) = (head(path).await, person.get(path).await.ok());
        assert_eq!(promised.header("content-type"), got.header("content-type"), "{path}");
        assert_eq!(promised.header("content-disposition"), got.header("content-disposition"), "{path}");
        assert!(!got.body.is_empty());
        assert_eq!(audit_lines(&house).await, before + number, "{path} was handed out");
    }
}
