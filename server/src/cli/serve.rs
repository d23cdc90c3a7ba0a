//! `heddle serve`.

use std::future::Future;
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use heddle_trace::protocol::JailLevel;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinError;
use tokio::time::timeout;

use super::exit::{Exit, Stop};
use super::{course, out};
use crate::http::{self, Site};
use crate::places;
use crate::runs::Runs;
use crate::store::Store;

/// From the signal to the end of the last run.
const RUNS_PATIENCE: Duration = Duration::from_secs(2);
/// From there to the end of the last request.
const REQUESTS_PATIENCE: Duration = Duration::from_secs(5);

/// Arguments of `heddle serve`.
#[derive(Debug, clap::Args)]
#[command(args_override_self = true)]
pub(crate) struct Args {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder for what must be kept
    #[arg(long, default_value = ".heddle")]
    data: PathBuf,
    /// The course (default: ./lessons)
    #[arg(long)]
    course: Option<PathBuf>,
    /// The built page (default: ./dist)
    #[arg(long)]
    dist: Option<PathBuf>,
}

/// Serves until SIGINT or SIGTERM.
pub(crate) async fn serve(args: Args) -> Result<Exit, Stop> {
    // What can be wrong is looked at before anything is started.
    let course = course::read(&args.course.unwrap_or_else(|| places::folder("lessons")))?;
    let dist = args.dist.unwrap_or_else(|| places::folder("dist"));
    check_dist(&dist)?;
    let command = places::runner(false).map_err(Stop::bad_input)?;
    let listener = bind(args.port).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Stop::bad_input(format!("the port has no address: {error}")))?;
    let store = Store::open(&args.data)
        .await
        .map_err(|error| Stop::bad_input(error.to_string()))?;

    let runs = Arc::new(Runs::start(command));
    let host = match runs.ready().await {
        Ok(host) => host,
        Err(error) => {
            runs.shut_down().await;
            store.close().await;
            return Err(Stop::bad_input(error.to_string()));
        }
    };
    if host.jail == JailLevel::L0 {
        tracing::warn!(
            "programs will be refused, there is no usable jail: {}",
            host.jail_note
        );
    }
    // Viewers are let go last: they shall see how their runs ended.
    let let_go = watch::Sender::new(false);
    let site = Site::new(
        course,
        store.clone(),
        runs.clone(),
        dist,
        let_go.subscribe(),
    )
    .await
    .map_err(|error| Stop::bad_input(error.to_string()))?;
    let book = site.book.clone();
    let close = watch::Sender::new(false);
    let mut server = tokio::spawn(listen(listener, http::router(site), close.subscribe()));
    let stopped = stop_signal()?;
    out::line(format!("Heddle is at http://{address}"));
    tokio::select! {
        ended = &mut server => return Err(ended_by_itself(ended)),
        () = stopped => {}
    }
    tracing::info!("shutting down");
    close.send_replace(true);
    book.cancel_all();
    if timeout(RUNS_PATIENCE, book.all_ended()).await.is_err() {
        tracing::warn!("some runs did not end when they were cancelled");
    }
    runs.shut_down().await;
    let_go.send_replace(true);
    if timeout(REQUESTS_PATIENCE, &mut server).await.is_err() {
        tracing::warn!("some requests did not end in time");
        server.abort();
    }
    store.close().await;
    Ok(Exit::Pass)
}

async fn listen(
    listener: TcpListener,
    router: Router,
    mut close: watch::Receiver<bool>,
) -> std::io::Result<()> {
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            // The sender lives longer than the server.
            let _ = close.wait_for(|close| *close).await;
        })
        .await
}

fn ended_by_itself(ended: Result<std::io::Result<()>, JoinError>) -> Stop {
    let why = match ended {
        Ok(Ok(())) => "it gives no reason".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Stop::bad_input(format!("the server ended by itself: {why}"))
}

fn check_dist(dist: &Path) -> Result<(), Stop> {
    if dist.join("index.html").is_file() {
        return Ok(());
    }
    Err(Stop::bad_input(format!(
        "the page is not built: there is no {}. Build it with `cargo xtask build`, or give its folder with --dist",
        dist.join("index.html").display()
    )))
}

async fn bind(port: u16) -> Result<TcpListener, Stop> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| {
            let remedy = match error.kind() {
                ErrorKind::AddrInUse => {
                    "another program uses it, perhaps another Heddle: end that one, or choose another port with --port N".to_owned()
                }
                ErrorKind::PermissionDenied => {
                    "ports below 1024 are for root: choose a higher one with --port N".to_owned()
                }
                _ => error.to_string(),
            };
            Stop::bad_input(format!("cannot listen on port {port}: {remedy}"))
        })
}

fn stop_signal() -> Result<impl Future<Output = ()> + Send, Stop> {
    let listen = |kind| {
        signal(kind).map_err(|error| Stop::bad_input(format!("cannot wait for signals: {error}")))
    };
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
