//! An agent that is faster than any client: a thread with a blocking socket and a table that was encoded beforehand.
//!
//! The varbinds of the table lie one behind the other as octets, so an answer to GETBULK from any place is a header and
//! a slice. It speaks versions 1 and 2c and looks at the first name of a request only, which is all that its clients
//! send. What it cannot read it does not answer.

use std::{
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use rustix::net::sockopt::set_socket_recv_buffer_size;
use snmp::{
    Oid, Value, Varbind,
    ber::{Reader, Writer, tag},
};

use crate::cores::{Core, keep_to};

/// The entry of the table, that of ifTable: what a walk begins with.
pub(crate) const ENTRY: [u32; 9] = [1, 3, 6, 1, 2, 1, 2, 2, 1];

const COLUMNS: u32 = 10;

/// The agent. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct FastAgent {
    port: u16,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl FastAgent {
    /// Starts an agent with so many varbinds, on a port of its own of 127.0.0.1.
    pub(crate) fn start(varbinds: u64) -> Self {
        let table = Table::new(u32::try_from(varbinds).expect("not too many") / COLUMNS);
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        let port = socket.local_addr().expect("its address").port();
        // A request of each session can be on its way at the same moment, and none shall be lost. The kernel gives less
        // where its own maximum is smaller.
        set_socket_recv_buffer_size(&socket, 1 << 20).expect("a receive buffer");
        // How long it may take to notice that it is to stop.
        socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout");
        let is_over = Arc::new(AtomicBool::new(false));
        let is_over_too = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            keep_to(Core::Last);
            serve(&socket, &table, &is_over_too);
        });
        Self { port, is_over, thread: Some(thread) }
    }

    /// The port it answers on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for FastAgent {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(socket: &UdpSocket, table: &Table, is_over: &AtomicBool) {
    let mut request = [0; 2048];
    let mut answer = Vec::with_capacity(65_536);
    while !is_over.load(Ordering::Relaxed) {
        let Ok((length, client)) = socket.recv_from(&mut request) else { continue };
        answer.clear();
        if table.answer(&request[..length], &mut answer).is_some() {
            let _ = socket.send_to(&answer, client);
        }
    }
}

/// The table as octets.
struct Table {
    rows: u32,
    varbinds: Vec<u8>,
    /// Where each varbind begins, and where the last one ends.
    places: Vec<usize>,
}

impl Table {
    fn new(rows: u32) -> Self {
        let mut table = Self { rows, varbinds: Vec::new(), places: vec![0] };
        for column in 1..=COLUMNS {
            for row in 1..=rows {
                table.push(&Varbind { name: Oid::from(ENTRY).join(&[column, row]).unwrap(), value: cell(column, row) });
            }
        }
        // What is behind the table: that is how a walk notices its end, in version 1 too.
        table.push(&Varbind { name: Oid::from([1, 3, 6, 1, 2, 1, 3, 1]), value: Value::Integer(0) });
        table
    }

    fn push(&mut self, varbind: &Varbind) {
        let mut writer = Writer::default();
        writer.varbind(varbind);
        self.varbinds.extend(writer.finish());
        self.places.push(self.varbinds.len());
    }

    /// Writes the answer to a request; nothing where it cannot be read.
    fn answer(&self, request: &[u8], answer: &mut Vec<u8>) -> Option<()> {
        let mut message = Reader::new(Reader::new(request).expect(tag::SEQUENCE).ok()?);
        let version = message.expect(tag::INTEGER).ok()?;
        let community = message.expect(tag::OCTET_STRING).ok()?;
        let (kind, pdu) = message.element().ok()?;
        let mut pdu = Reader::new(pdu);
        let id = pdu.expect(tag::INTEGER).ok()?;
        pdu.integer().ok()?;
        let repetitions = pdu.integer().ok()?;
        let asked = Reader::new(pdu.expect(tag::SEQUENCE).ok()?).varbind().ok()?.name;

        let following = self.following(&asked);
        let (first, count) = match kind {
            tag::GET_REQUEST => (following.checked_sub(1)?, 1),
            tag::GET_NEXT_REQUEST => (following, 1),
            tag::GET_BULK_REQUEST => (following, usize::try_from(repetitions).ok()?),
            _ => return None,
        };
        let end = (first + count).min(self.places.len() - 1);
        let list = &self.varbinds[*self.places.get(first)?..self.places[end]];

        // The two zeros are error-status and error-index.
        let numbers = 2 + id.len() + 6;
        let pdu = numbers + header_octets(list.len()) + list.len();
        let message = 2 + version.len() + header_octets(community.len()) + community.len() + header_octets(pdu) + pdu;
        header(answer, tag::SEQUENCE, message);
        header(answer, tag::INTEGER, version.len());
        answer.extend_from_slice(version);
        header(answer, tag::OCTET_STRING, community.len());
        answer.extend_from_slice(community);
        header(answer, tag::RESPONSE, pdu);
        header(answer, tag::INTEGER, id.len());
        answer.extend_from_slice(id);
        answer.extend_from_slice(&[tag::INTEGER, 1, 0, tag::INTEGER, 1, 0]);
        header(answer, tag::SEQUENCE, list.len());
        answer.extend_from_slice(list);
        Some(())
    }

    /// The place of the first varbind behind a name.
    fn following(&self, name: &Oid) -> usize {
        let place = match name.strip_prefix(&Oid::from(ENTRY)) {
            Some([column, row, ..]) => column.saturating_sub(1) * self.rows + (*row).min(self.rows),
            Some([column]) => column.saturating_sub(1) * self.rows,
            _ => 0,
        };
        usize::try_from(place).expect("a small number")
    }
}

/// A cell as an interface table has it: most are numbers, some are short strings.
fn cell(column: u32, row: u32) -> Value {
    let [_, high, middle, low] = row.to_be_bytes();
    match column {
        1 => Value::Integer(i32::try_from(row).unwrap_or(i32::MAX)),
        2 => Value::OctetString(format!("GigabitEthernet0/{row}").into_bytes()),
        3 => Value::Integer(6),
        4 => Value::Integer(1_500),
        5 => Value::Gauge32(1_000_000_000),
        6 => Value::OctetString(vec![0x02, 0, 0, high, middle, low]),
        7 | 8 => Value::Integer(1),
        9 => Value::TimeTicks(row.wrapping_mul(100)),
        _ => Value::Counter32(row.wrapping_mul(1_000_003)),
    }
}

fn header_octets(length: usize) -> usize {
    match length {
        0..=0x7f => 2,
        0x80..=0xff => 3,
        _ => 4,
    }
}

fn header(octets: &mut Vec<u8>, tag: u8, length: usize) {
    let [.., high, low] = length.to_be_bytes();
    octets.push(tag);
    match header_octets(length) {
        2 => octets.push(low),
        3 => octets.extend_from_slice(&[0x81, low]),
        _ => octets.extend_from_slice(&[0x82, high, low]),
    }
}
