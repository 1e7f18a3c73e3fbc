//! A figure: what was measured, and the peer's beside it.

use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    pub bench: &'static str,
    pub what: String,
    pub store: &'static str,
    pub value: f64,
    /// `/s`, `ms`, `MB`, `%`; empty for a count.
    pub unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
    /// The share of right answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<Peer>,
    /// Ours divided by the peer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Peer {
    pub name: &'static str,
    /// In the same unit.
    pub value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<f64>,
}

/// What a bench has to say.
#[derive(Debug, Default)]
pub struct Measured {
    pub figures: Vec<Figure>,
    /// What was not as it has to be; the run fails.
    pub wrong: Vec<String>,
}

impl Figure {
    pub fn new(
        bench: &'static str,
        what: impl Into<String>,
        store: &'static str,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            bench,
            what: what.into(),
            store,
            value,
            unit,
            p50_ms: None,
            p99_ms: None,
            right: None,
            peer: None,
            ratio: None,
        }
    }

    pub fn latencies(mut self, latencies: &mut crate::latency::Latencies) -> Self {
        (self.p50_ms, self.p99_ms) = (latencies.percentile(0.5), latencies.percentile(0.99));
        self
    }

    pub fn right(mut self, right: f64) -> Self {
        self.right = Some(right);
        self
    }

    pub fn beside(self, name: &'static str, value: f64) -> Self {
        self.beside_peer(Peer { name, value, p50_ms: None, p99_ms: None, right: None })
    }

    pub fn beside_peer(mut self, peer: Peer) -> Self {
        self.ratio = (peer.value > 0.0).then(|| self.value / peer.value);
        self.peer = Some(peer);
        self
    }

    /// For people who wait.
    pub fn line(&self) -> String {
        let cells = self.cells();
        format!("   {}", cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" · "))
    }

    /// What, store, ours, p50, p99, peer, ratio.
    pub fn cells(&self) -> [String; 7] {
        let ms = |ms: Option<f64>| ms.map(milliseconds).unwrap_or_default();
        let right = |right: Option<f64>| {
            right.map(|right| format!(", {:.1} % right", 100.0 * right)).unwrap_or_default()
        };
        let peer = |peer: &Peer| {
            let told = |name: &str, ms: Option<f64>| {
                ms.map(|ms| format!(", {name} {}", milliseconds(ms))).unwrap_or_default()
            };
            let (p50, p99) = (told("p50", peer.p50_ms), told("p99", peer.p99_ms));
            format!("{} {}{p50}{p99}{}", peer.name, self.shown(peer.value), right(peer.right))
        };
        [
            self.what.clone(),
            self.store.to_owned(),
            format!("{}{}", self.shown(self.value), right(self.right)),
            ms(self.p50_ms),
            ms(self.p99_ms),
            self.peer.as_ref().map(peer).unwrap_or_default(),
            self.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
        ]
    }

    fn shown(&self, value: f64) -> String {
        let number =
            if value < 100.0 && value.fract() != 0.0 { format!("{value:.1}") } else { grouped(value) };
        match self.unit {
            "" => number,
            unit if unit.starts_with('/') => format!("{number}{unit}"),
            unit => format!("{number} {unit}"),
        }
    }
}

fn milliseconds(ms: f64) -> String {
    if ms < 0.1 { format!("{ms:.3} ms") } else { format!("{ms:.2} ms") }
}

/// `588,928`
pub fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_grouped_and_the_ratio_is_ours_to_theirs() {
        let figure = Figure::new("import", "rows", "embedded", 98_765.4, "/s").beside("\\copy", 197_530.8);
        assert_eq!(figure.cells()[2], "98,765/s");
        assert_eq!(figure.ratio, Some(0.5));
        assert_eq!(grouped(1_000_000.0), "1,000,000");
        assert_eq!(grouped(7.0), "7");
    }
}
