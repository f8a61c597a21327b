use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// A connection has one of actix's and one of [`Connections`](super::connections::Connections).
const EACH: u64 = 2;
/// For the index, the listening sockets, the log and the runtime.
const OTHERS: u64 = 256;

/// Raises the limit of open files as far as `connections` need and the system allows.
/// Returns the number of connections that there is then room for.
///
/// Without it, a thousand slow clients would use up the default limit of most systems, and shut out everybody else.
pub(super) fn room_for(connections: usize) -> usize {
    let wanted = connections as u64 * EACH + OTHERS;
    let limits = getrlimit(Resource::Nofile);
    if limits.current.is_none_or(|current| current >= wanted) {
        return connections;
    }
    let raised = limits.maximum.map_or(wanted, |most| most.min(wanted));
    let asked = Rlimit {
        current: Some(raised),
        maximum: limits.maximum,
    };
    let allowed = match setrlimit(Resource::Nofile, asked) {
        Ok(()) => raised,
        Err(_) => limits.current.unwrap_or(raised),
    };
    let room = usize::try_from(allowed.saturating_sub(OTHERS) / EACH).unwrap_or(usize::MAX);
    if room < connections {
        tracing::info!(
            room,
            "fewer connections than --max-connections: raise the limit of open files (ulimit -Hn, LimitNOFILE=)"
        );
    }
    room.clamp(1, connections)
}
