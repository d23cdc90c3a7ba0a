//! Frames of the protocol: a length and that many bytes of JSON.

use std::io::{self, Read, Write};

use heddle_trace::protocol::MAX_FRAME;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Writes one message and flushes.
///
/// # Errors
/// When writing fails, or the message is longer than [`MAX_FRAME`].
pub fn write<M: Serialize>(out: &mut (impl Write + ?Sized), message: &M) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    if body.len() > MAX_FRAME {
        return Err(io::Error::other(format!(
            "a message of {} bytes is too long",
            body.len()
        )));
    }
    out.write_all(&(body.len() as u32).to_be_bytes())?;
    out.write_all(&body)?;
    out.flush()
}

/// Reads one message; `None` at the end of the input.
///
/// # Errors
/// When reading fails, or what is read is no message.
pub fn read<M: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<M>> {
    let mut length = [0; 4];
    if let Err(error) = input.read_exact(&mut length) {
        return if error.kind() == io::ErrorKind::UnexpectedEof {
            Ok(None)
        } else {
            Err(error)
        };
    }
    let length = u32::from_be_bytes(length) as usize;
    if length > MAX_FRAME {
        return Err(io::Error::other(format!(
            "a message of {length} bytes is too long"
        )));
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    Ok(Some(serde_json::from_slice(&body)?))
}
