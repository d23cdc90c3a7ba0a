//! Frames of the runner's protocol: a 4-byte big-endian length, then that many bytes of JSON.

use heddle_trace::protocol::{FromRunner, MAX_FRAME, ToRunner};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    #[error("its connection broke: {0}")]
    Io(#[from] std::io::Error),
    #[error("it announced a frame of {0} bytes; at most {MAX_FRAME} are allowed")]
    TooLong(usize),
    #[error("it sent something that is no message: {0}")]
    Json(#[from] serde_json::Error),
}

/// Reads one message; `None` when the other side has closed between two frames.
pub(super) async fn read(
    from: &mut (impl AsyncRead + Unpin),
) -> Result<Option<FromRunner>, FrameError> {
    let mut length = [0; 4];
    match from.read(&mut length).await? {
        0 => return Ok(None),
        got => from.read_exact(&mut length[got..]).await?,
    };
    let length = u32::from_be_bytes(length) as usize;
    if length > MAX_FRAME {
        return Err(FrameError::TooLong(length));
    }
    let mut json = vec![0; length];
    from.read_exact(&mut json).await?;
    Ok(Some(serde_json::from_slice(&json)?))
}

/// Writes one message.
pub(super) async fn write(
    to: &mut (impl AsyncWrite + Unpin),
    message: &ToRunner,
) -> Result<(), FrameError> {
    let json = serde_json::to_vec(message)?;
    let length = u32::try_from(json.len())
        .ok()
        .filter(|_| json.len() <= MAX_FRAME)
        .ok_or(FrameError::TooLong(json.len()))?;
    to.write_all(&length.to_be_bytes()).await?;
    to.write_all(&json).await?;
    to.flush().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use heddle_trace::protocol::{JobEvent, JobId};

    use super::*;

    fn framed(json: &str) -> Vec<u8> {
        let mut bytes = u32::try_from(json.len()).unwrap().to_be_bytes().to_vec();
        bytes.extend_from_slice(json.as_bytes());
        bytes
    }

    #[tokio::test]
    async fn messages_come_one_by_one_and_the_end_is_seen() {
        let started = FromRunner::Job {
            job: JobId(7),
            event: JobEvent::Started,
        };
        let json = serde_json::to_string(&started).unwrap();
        let bytes = [framed(&json), framed(&json)].concat();
        let mut reader = bytes.as_slice();
        assert_eq!(read(&mut reader).await.unwrap(), Some(started.clone()));
        assert_eq!(read(&mut reader).await.unwrap(), Some(started));
        assert_eq!(read(&mut reader).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_cut_frame_an_over_long_one_and_garbage_are_errors() {
        let mut cut = &framed("{}")[..5];
        assert!(matches!(read(&mut cut).await, Err(FrameError::Io(_))));
        let mut long: &[u8] = b"\xff\xff\xff\xff{}";
        assert!(matches!(read(&mut long).await, Err(FrameError::TooLong(_))));
        let mut garbage: &[u8] = &framed("hello");
        assert!(matches!(read(&mut garbage).await, Err(FrameError::Json(_))));
    }
}
