//! The server: the doors around the table of routes, on a listener that the program has bound.

use std::future::Future;
use std::io;
use std::net::TcpListener;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};

use crate::doors::{self, BODY_LIMIT};
use crate::problem::Problem;
use crate::routes;
use crate::state::AppState;

/// Seconds that answers under way get to finish when the server stops.
const FAREWELL_SECONDS: u64 = 10;

/// The application as the server runs it, once per thread.
pub fn app(
    state: web::Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(state)
        .app_data(web::PayloadConfig::new(BODY_LIMIT))
        .app_data(web::FormConfig::default().limit(BODY_LIMIT))
        .configure(routes::register)
        .default_service(web::to(|| async { Err::<HttpResponse, Problem>(Problem::UnknownAddress) }))
        .wrap(from_fn(doors::pass))
}

/// Serves until `stop` is done; then takes nobody new, finishes what is under way and returns.
///
/// # Errors
/// The listener cannot be used, or the server's threads failed.
pub async fn serve(
    listener: TcpListener,
    state: web::Data<AppState>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let workers = state.config.workers.max(1);
    let inside = state.clone();
    let server = HttpServer::new(move || app(inside.clone()))
        .workers(workers)
        .disable_signals()
        .shutdown_timeout(FAREWELL_SECONDS)
        .listen(listener)?
        .run();
    let handle = server.handle();
    let running = server;
    tokio::pin!(running);
    tokio::select! {
        ended = &mut running => return ended,
        () = stop => {}
    }
    state.leave();
    // Stopping is the running server's own work: whoever waits for the one alone waits for ever.
    let ((), ended) = tokio::join!(handle.stop(true), running);
    ended
}
