//! `ritorno serve`: database, loops, couriers and the HTTP side, wired together.

use crate::{
    config::{Place, Role, Serve},
    control,
    demo::Demo,
    health,
    operations::Office,
    people::MailLinks,
    ui,
};
use adapters::{
    smtp::{SmtpClient, SmtpConfig},
    web::{Addresses, Web},
};
use axum::{Router, middleware::from_fn_with_state};
use base::{SharedClock, SystemRng};
use crm::{
    calls::Input,
    connections::{Connections, Puller},
    desk::{DeskState, NoLinks, SendLink, create_workspace_if_none, list_workspaces, workspace_secret},
    door::{Door, DoorLimits, Loops},
    product_feeds::Fetcher,
};
use engage::{
    Ritorno,
    coupons::Maker,
    delivery::{Courier, Patience, Transport},
    destinations::Carrier,
    flows::starts::schedule::Rounds,
    links::Links,
    product_news::News,
    public::Public,
    tag_writes::Writer,
};
use http_kit::{Shell, idempotent, observe, security_headers};
use runtime::{Handle, applier::Limits, driver::Runtime};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, RwLock},
    time::Duration,
};
use store::{Db, DbConfig};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// How long requests and messages under way may take after SIGTERM.
const DRAIN: Duration = Duration::from_secs(20);

/// A running server's parts.
pub struct Server {
    pub db: Db,
    pub clock: SharedClock,
    pub domain: Arc<Ritorno>,
    pub runtime: Arc<Runtime<Ritorno>>,
    pub desk: DeskState,
    /// The shops that are connected.
    pub connections: Connections,
    pub public_url: String,
    /// The mail server, where there is one.
    pub smtp: Option<SmtpClient>,
    /// What carries mails away: the mail server, or the demonstration's mailbox.
    pub transport: Option<Arc<dyn Transport>>,
    /// The links of each workspace, by partition.
    secrets: RwLock<HashMap<i64, Links>>,
}

impl Server {
    /// Opens the database (migrating it), the key ring and the runtime.
    pub async fn open(
        place: &Place,
        clock: SharedClock,
        public_url: &str,
        applies: bool,
        smtp: Option<SmtpConfig>,
    ) -> Result<Arc<Server>, String> {
        Server::over(open_database(place).await?, clock, public_url, applies, Fittings::of(smtp)).await
    }

    /// A server for one command, which may call shops at these addresses.
    pub async fn open_reaching(place: &Place, addresses: Addresses) -> Result<Arc<Server>, String> {
        let fittings = Fittings { addresses, ..Fittings::default() };
        Server::over(open_database(place).await?, system_clock(), "", true, fittings).await
    }

    /// A server over an empty database in memory, for what needs no data.
    pub async fn in_memory() -> Result<Arc<Server>, String> {
        let config: DbConfig = "sqlite::memory:".parse().map_err(|e: store::StoreError| e.to_string())?;
        let db = Db::open(&config).await.map_err(|e| e.to_string())?;
        db.migrate(&crate::migrations()).await.map_err(|e| e.to_string())?;
        Server::over(db, system_clock(), "", true, Fittings::default()).await
    }

    async fn over(
        db: Db,
        clock: SharedClock,
        public_url: &str,
        applies: bool,
        fittings: Fittings,
    ) -> Result<Arc<Server>, String> {
        let Fittings { smtp, transport, sessions_clock, addresses } = fittings;
        let first = create_workspace_if_none(&db, &*clock, &SystemRng, "Shop").await.map_err(|e| e.to_string())?;
        let mut desk = DeskState::open(
            db.clone(),
            clock.clone(),
            Arc::new(SystemRng),
            public_url,
            http_kit::Hasher::default(),
            password_links(transport.as_ref(), public_url, &clock),
        )
        .await
        .map_err(|e| e.to_string())?;
        desk.sessions_clock = sessions_clock.unwrap_or(desk.sessions_clock);
        let domain = Arc::new(Ritorno::default());
        let owner = format!("{}-{}", std::process::id(), base::token(&SystemRng, 8));
        let runtime = Runtime::open(domain.clone(), db.clone(), clock.clone(), Limits::default(), owner, applies).await;
        let runtime = runtime.map_err(|e| e.to_string())?;
        let of = runtime.clone();
        let loops: Loops = Arc::new(move |workspace| of.workspace(workspace));
        let _ = desk.loops.set(loops.clone());
        let connections = Connections::new(desk.clone(), loops, Web::new(addresses)?);
        let server = Arc::new(Server {
            db,
            clock,
            domain,
            runtime,
            desk,
            connections,
            public_url: public_url.to_owned(),
            smtp,
            transport,
            secrets: RwLock::default(),
        });
        server.learn(first.id).await?;
        Ok(server)
    }

    /// Starts the loop of a workspace and remembers its secret.
    pub async fn learn(&self, workspace: i64) -> Result<Handle<Input>, String> {
        if self.links(workspace).is_none()
            && let Some(secret) = workspace_secret(&self.db, workspace).await.map_err(|e| e.to_string())?
        {
            let links = Links::new(&self.public_url, workspace, &secret);
            self.secrets.write().expect("nobody panics while holding it").insert(workspace, links);
        }
        Ok(self.runtime.workspace(workspace))
    }

    /// The tracking API's door.
    pub fn door(self: &Arc<Self>, limits: DoorLimits) -> Door {
        let loops = self.clone();
        Door { desk: self.desk.clone(), loops: Arc::new(move |partition| loops.runtime.workspace(partition)), limits }
    }

    pub fn links(&self, workspace: i64) -> Option<Links> {
        self.secrets.read().expect("as above").get(&workspace).cloned()
    }
}

/// What a server is given beside its database and its clock.
#[derive(Default)]
struct Fittings {
    smtp: Option<SmtpClient>,
    /// How mails leave the process, if they do.
    transport: Option<Arc<dyn Transport>>,
    /// By which people's sessions run, where not by the server's clock.
    sessions_clock: Option<SharedClock>,
    /// Which addresses shops may have.
    addresses: Addresses,
}

impl Fittings {
    fn of(smtp: Option<SmtpConfig>) -> Fittings {
        let smtp = smtp.map(SmtpClient::new);
        let transport = smtp.clone().map(|smtp| Arc::new(smtp) as Arc<dyn Transport>);
        Fittings { smtp, transport, ..Fittings::default() }
    }

    fn of_demo(demo: &Demo) -> Fittings {
        let transport: Arc<dyn Transport> = demo.mailbox.clone();
        let sessions_clock = Some(demo.clock.inner().clone());
        Fittings { transport: Some(transport), sessions_clock, ..Fittings::default() }
    }
}

/// How a password link reaches a person: by e-mail where there is a way for it.
fn password_links(transport: Option<&Arc<dyn Transport>>, public_url: &str, clock: &SharedClock) -> Arc<dyn SendLink> {
    match transport {
        Some(transport) => {
            let host =
                public_url.split("://").nth(1).unwrap_or("localhost").split(['/', ':']).next().unwrap_or("localhost");
            Arc::new(MailLinks { transport: transport.clone(), from: format!("ritorno@{host}"), clock: clock.clone() })
        }
        None => Arc::new(NoLinks),
    }
}

/// Opens and migrates the database of a place.
pub async fn open_database(place: &Place) -> Result<Db, String> {
    let db = Db::open(&place.config()?).await.map_err(|e| e.to_string())?;
    db.migrate(&crate::migrations()).await.map_err(|e| e.to_string())?;
    Ok(db)
}

/// Runs until SIGTERM or SIGINT.
pub async fn serve(options: Serve, clock: SharedClock) -> Result<(), String> {
    let running = start(options, clock).await?;
    signal().await;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

/// A server that takes requests.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    pub server: Arc<Server>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Ends what is under way, commits and sweeps everything, and lets go of the database.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = tokio::time::timeout(DRAIN, self.serving).await;
        for task in self.tasks {
            let _ = tokio::time::timeout(DRAIN, task).await;
        }
        self.server.runtime.close().await;
        self.server.db.clone().close().await;
    }
}

/// Starts a server and returns once it listens.
pub async fn start(mut options: Serve, clock: SharedClock) -> Result<Running, String> {
    let demo = Demo::prepare(&mut options, clock.clone())?;
    let clock = demo.as_ref().map_or(clock, |demo| demo.clock.clone() as SharedClock);
    let listener =
        TcpListener::bind(&options.listen).await.map_err(|e| format!("cannot listen on {}: {e}", options.listen))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let public_url = options.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let smtp = options
        .smtp_url
        .as_deref()
        .map(str::parse::<SmtpConfig>)
        .transpose()
        .map_err(|e| format!("--smtp-url: {e}"))?;
    let patience = patience(&options, smtp.as_ref())?;
    let mut fittings = demo.as_deref().map_or_else(|| Fittings::of(smtp), Fittings::of_demo);
    fittings.addresses = options.reach.addresses();
    let db = open_database(&options.place).await?;
    let server = Server::over(db, clock, &public_url, options.role != Role::Api, fittings).await?;
    let (stop, stopped) = watch::channel(false);
    let mut tasks = Vec::new();
    for workspace in list_workspaces(&server.db).await.map_err(|e| e.to_string())? {
        let handle = server.learn(workspace.id).await?;
        if options.role != Role::Api {
            let rounds = Rounds {
                db: server.db.clone(),
                clock: server.clock.clone(),
                domain: server.domain.clone(),
                handle: handle.clone(),
            };
            tasks.push(tokio::spawn(rounds.run(stopped.clone())));
            let news = News { db: server.db.clone(), clock: server.clock.clone(), handle: handle.clone() };
            tasks.push(tokio::spawn(news.run(stopped.clone())));
            let web = server.connections.web.clone();
            let carrier = Carrier::new(server.db.clone(), server.clock.clone(), handle.clone(), web);
            tasks.push(tokio::spawn(engage::destinations::run(Arc::new(carrier), stopped.clone())));
            let maker = Maker::new(server.clock.clone(), handle.clone(), server.connections.clone());
            tasks.push(tokio::spawn(engage::coupons::run(Arc::new(maker), stopped.clone())));
            let writer = Writer::new(server.clock.clone(), handle.clone(), server.connections.clone());
            tasks.push(tokio::spawn(engage::tag_writes::run(Arc::new(writer), stopped.clone())));
        }
        if let (Some(transport), true) = (&server.transport, options.role != Role::Api)
            && let Some(links) = server.links(workspace.id)
        {
            let courier = Courier {
                db: server.db.clone(),
                clock: server.clock.clone(),
                domain: server.domain.clone(),
                handle,
                links,
                transport: transport.clone(),
                patience,
                known: Default::default(),
            };
            let courier = Arc::new(courier);
            tasks.push(match &demo {
                Some(demo) => tokio::spawn(demo.clone().run(server.clone(), courier, stopped.clone())),
                None => tokio::spawn(engage::delivery::run(courier, stopped.clone())),
            });
        }
    }
    if options.role != Role::Api {
        tasks.push(tokio::spawn(puller(&server).run(stopped.clone())));
        tasks.push(tokio::spawn(Fetcher::new(server.connections.clone(), owner_of(&server)).run(stopped.clone())));
    }
    if let Some(socket) = options.place.control_socket() {
        tasks.push(tokio::spawn(control::listen(socket, Office::new(server.clone()), stopped.clone())));
    }
    let router = router(&server, &options, demo);
    tracing::info!(%address, public_url, role = ?options.role, "ritorno is running");
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>());
    let mut until = stopped;
    let serving = serving.with_graceful_shutdown(async move {
        let _ = until.changed().await;
    });
    let serving = tokio::spawn(async move { serving.await });
    Ok(Running { address, server, stop, serving, tasks })
}

/// What asks the shops' APIs. A data folder belongs to one process, which takes over at once what the one before it left.
pub fn puller(server: &Server) -> Arc<Puller> {
    Puller::new(server.connections.clone(), owner_of(server))
}

/// What this process is called in leases.
fn owner_of(server: &Server) -> String {
    match server.db.engine() {
        store::Engine::Sqlite => "this folder's process".to_owned(),
        store::Engine::Postgres => format!("{}-{}", std::process::id(), base::token(&SystemRng, 8)),
    }
}

/// How long messages may take; a time in which the mail client could still be at work is refused.
fn patience(options: &Serve, smtp: Option<&SmtpConfig>) -> Result<Patience, String> {
    let needed = smtp.map_or(0, |config| config.send_time_max().as_secs());
    if options.send_within < needed {
        return Err(format!(
            "--send-within {} is shorter than the mail client may take ({needed} s): raise it, or lower start_timeout and data_timeout in --smtp-url",
            options.send_within
        ));
    }
    let micros = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(base::SECOND);
    Ok(Patience {
        send_within: micros(options.send_within.min(86_400)),
        retry_after: micros(options.retry_after.min(14_400)),
    })
}

/// Every route of the process, by its role.
fn router(server: &Arc<Server>, options: &Serve, demo: Option<Arc<Demo>>) -> Router {
    let health = health::router(server.clone());
    if options.role == Role::Worker {
        return health;
    }
    let limits =
        DoorLimits { batch_bytes: options.batch_bytes, event_bytes: options.event_bytes, ..DoorLimits::default() };
    let door = server.door(limits);
    let pages = server.clone();
    let public = Public {
        clock: server.clock.clone(),
        workspace: Arc::new(move |partition| Some((pages.runtime.workspace(partition), pages.links(partition)?))),
        shops: server.connections.clone(),
    };
    let shell = Shell { clock: server.clock.clone(), rng: Arc::new(SystemRng), is_https: server.desk.is_https() };
    let api = crate::api::router(server, door.clone())
        .layer(from_fn_with_state(server.desk.clone(), idempotent::<DeskState>));
    let pages = engage::public::router(public)
        .merge(api)
        .merge(health)
        .merge(demo.map_or_else(Router::new, |demo| crate::demo::router(demo, server.clone())))
        .merge(ui::router())
        .layer(from_fn_with_state(shell.clone(), security_headers))
        .layer(from_fn_with_state(shell, observe));
    // The door has its own answers and no pages: it stays as thin as it can be.
    crm::door::router(door).merge(crm::connections::hook_router(server.connections.clone())).merge(pages)
}

/// Resolves at SIGTERM or SIGINT.
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("the system takes signal handlers");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// The server's own clock.
pub fn system_clock() -> SharedClock {
    Arc::new(base::SystemClock)
}
