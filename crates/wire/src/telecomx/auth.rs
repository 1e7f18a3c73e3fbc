//! Who one is: logging in, tokens, employees.

use super::answer::answer;
use super::given::given;
use super::id::Id;
use super::printed;
use super::text::Secret;
use super::word::AccessLevel;

given! {
    /// The body of `POST /auth/login`, or its query
    Login like printed::LOGIN {
        /// The user
        username = "username": String,
        /// The password
        password = "password": String as Secret,
        /// The key that came by SMS
        sms_key = "smsKey": String,
        /// What the authenticator shows
        authenticator_token = "authenticatorToken": String,
        /// Whether the token is set as a cookie too
        cookie = "cookie": bool,
        /// Whether the token never expires
        persist = "persist": bool,
    }
}

answer! {
    /// The answer of a login. The token is a secret.
    LoggedIn {
        token: String,
        /// Each call begins them again; -1 for ever.
        expires_in_minutes: i64,
        employee: Id,
    }
    or_left_out {
        customer: Id,
    }
    {
        access_level: AccessLevel,
    }
    or_left_out {
        name: String,
        reseller: Id,
    }
}

answer! {
    /// The answer of `GET /auth/validateToken`.
    Validated {
        success: bool,
        employee: Id,
    }
    or_left_out {
        customer: Id,
    }
    {
        access_level: AccessLevel,
    }
    or_left_out {
        /// This and what follows only with `extend=true`.
        name: String,
        language: String,
        customer_name: String,
        /// Such as `INTERNET`.
        customer_features: Vec<String>,
        customer_integrations: Vec<String>,
    }
}

answer! {
    /// A user.
    Employee {
        #[serde(rename = "_id")]
        id: Id,
    }
    or_left_out {
        name: String,
        email: String,
        username: String,
    }
    {
        access_level: AccessLevel,
    }
    or_left_out {
        customer: Id,
        reseller: Id,
    }
}

answer! {
    /// A token for machines. It is a secret, and not shown again.
    TokenMade {
        success: bool,
        token: String,
    }
}

answer! {
    /// A command was done.
    #[derive(Debug, Eq)]
    Success {
        success: bool,
    }
}

impl Success {
    /// `{"success": true}`.
    pub const DONE: Self = Self { success: true };
}
