//! The sandbox carrier's behaviour in memory: what it books, and its truth, which decides whether
//! a run kept the promises. What goes wrong on the way to it is in `fault`.

use carriers::http::{Reply, Request};
use model::attempt::Class;
use serde::Serialize;
use std::collections::BTreeMap;
use wire::sandbox::{
    CREDIT_CARD, Card, CardState, Coverage, CoverageRequest, Failure, OrderAnswer, OrderRequest, OtpRequest,
    OtpResetRequest, Status, code,
};

/// One booking. None is ever removed: the orders are the ledger.
pub struct Order {
    pub reference: String,
    pub status: Status,
    pub tries: u32,
    pub resets: u32,
    by_card: bool,
    card: Option<CardState>,
    /// When nothing more was wanted of the customer.
    pub agreed_at: Option<u64>,
}

pub struct Carrier {
    pub class: Class,
    pub orders: Vec<Order>,
    /// First answers, by order, call and reference.
    calls: BTreeMap<(usize, &'static str, String), (bool, wire::sandbox::Order)>,
    /// Look-ups by reference, answered or not.
    pub asked: u64,
}

fn reply(status: u16, body: &impl Serialize) -> Reply {
    Reply { status, body: serde_json::to_vec(body).unwrap() }
}

fn refusal(status: u16, code: &str, order: Option<wire::sandbox::Order>) -> Reply {
    reply(status, &Failure { error: code.replace('_', " "), code: code.to_owned(), order })
}

fn body<T: serde::de::DeserializeOwned>(request: &Request) -> T {
    serde_json::from_value(request.body.clone().unwrap()).unwrap()
}

pub fn id(order: usize) -> String {
    format!("SB-{:08}", order + 1)
}

impl Carrier {
    pub fn new(class: Class) -> Self {
        Self { class, orders: Vec::new(), calls: BTreeMap::new(), asked: 0 }
    }

    /// The bookings under a reference, by number.
    pub fn booked<'a>(&'a self, reference: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.orders.iter().enumerate().filter(move |(_, o)| o.reference == reference).map(|(n, _)| n)
    }

    /// Whether a one-time password, or a wish for a new one, under this reference was ever judged.
    pub fn judged(&self, reference: &str) -> bool {
        self.calls.keys().any(|(_, _, of)| of == reference)
    }

    /// What stands in the customer's phone.
    pub fn right_otp(&self, order: usize) -> &'static str {
        if self.orders[order].resets == 0 { "123456" } else { "654321" }
    }

    /// The customer decides on the card page.
    pub fn card(&mut self, order: usize, approve: bool, now: u64) {
        let order = &mut self.orders[order];
        if order.status != Status::CardRequired {
            return;
        }
        order.card = Some(if approve { CardState::Approved } else { CardState::Declined });
        if approve {
            order.status = Status::Provisioning;
            order.agreed_at = Some(now);
        }
    }

    pub fn shown(&self, order: usize) -> wire::sandbox::Order {
        let of = &self.orders[order];
        wire::sandbox::Order {
            id: id(order),
            reference: of.reference.clone(),
            carrier: "sim".into(),
            status: of.status.clone(),
            card: of.card.clone().map(|state| Card { url: format!("http://carrier/card/{order}"), state }),
            otp_tries: of.tries,
            reason: None,
        }
    }

    /// Reads a request whole and acts on it.
    pub fn act(&mut self, request: &Request, now: u64) -> Reply {
        let path = request.url.split_once("/carriers/sim/").unwrap().1.to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["coverage"] => {
                let asked: CoverageRequest = body(request);
                let covered = !asked.address.street.contains("NO COVERAGE");
                reply(200, &Coverage { covered, reason: (!covered).then(|| "no coverage".into()) })
            }
            ["orders"] => self.book(body(request)),
            ["orders", "by-reference", reference] => {
                self.asked += 1;
                let first = self.booked(reference).next();
                // Class D is a carrier whose look-up means nothing.
                match first.filter(|_| self.class != Class::D) {
                    Some(order) => self.read(order),
                    None => refusal(404, code::NO_SUCH_ORDER, None),
                }
            }
            ["orders", id, rest @ ..] => {
                let Some(order) = self.number(id) else { return refusal(404, code::NO_SUCH_ORDER, None) };
                match rest {
                    [] => self.read(order),
                    ["otp"] => self.try_otp(order, body(request), now),
                    ["otp", "reset"] => self.reset(order, body(request)),
                    _ => refusal(404, code::NOT_FOUND, None),
                }
            }
            _ => refusal(404, code::NOT_FOUND, None),
        }
    }

    fn number(&self, text: &str) -> Option<usize> {
        (0..self.orders.len()).find(|n| id(*n) == text)
    }

    fn book(&mut self, asked: OrderRequest) -> Reply {
        if asked.customer.first_name == "DECLINE" {
            return refusal(422, code::DECLINED, None);
        }
        let before = self.booked(&asked.reference).next();
        match (before, self.class) {
            (Some(first), Class::A) => return reply(200, &OrderAnswer { order: self.shown(first) }),
            (Some(first), Class::B) => return refusal(409, code::DUPLICATE, Some(self.shown(first))),
            _ => {}
        }
        self.orders.push(Order {
            reference: asked.reference,
            status: Status::OtpRequired,
            tries: 0,
            resets: 0,
            by_card: asked.payment_method == CREDIT_CARD,
            card: None,
            agreed_at: None,
        });
        reply(201, &OrderAnswer { order: self.shown(self.orders.len() - 1) })
    }

    /// A look finds a line in provisioning active.
    fn read(&mut self, order: usize) -> Reply {
        if self.orders[order].status == Status::Provisioning {
            self.orders[order].status = Status::Active;
        }
        reply(200, &OrderAnswer { order: self.shown(order) })
    }

    fn try_otp(&mut self, order: usize, asked: OtpRequest, now: u64) -> Reply {
        let call = (order, "try", asked.reference);
        if !self.calls.contains_key(&call) {
            if self.orders[order].status != Status::OtpRequired {
                return refusal(409, code::NO_OTP_WANTED, Some(self.shown(order)));
            }
            let right = asked.otp == self.right_otp(order);
            let of = &mut self.orders[order];
            of.tries += 1;
            if right && of.by_card {
                (of.status, of.card) = (Status::CardRequired, Some(CardState::Open));
            } else if right {
                (of.status, of.agreed_at) = (Status::Provisioning, Some(now));
            }
            self.calls.insert(call.clone(), (right, self.shown(order)));
        }
        match self.calls[&call].clone() {
            (true, order) => reply(200, &OrderAnswer { order }),
            (false, order) => refusal(422, code::WRONG_OTP, Some(order)),
        }
    }

    fn reset(&mut self, order: usize, asked: OtpResetRequest) -> Reply {
        let call = (order, "reset", asked.reference);
        if !self.calls.contains_key(&call) {
            if self.orders[order].status != Status::OtpRequired {
                return refusal(409, code::NO_OTP_WANTED, Some(self.shown(order)));
            }
            self.orders[order].resets += 1;
            self.calls.insert(call.clone(), (true, self.shown(order)));
        }
        reply(200, &OrderAnswer { order: self.calls[&call].1.clone() })
    }
}
