//! Accesses as they are looked up. Whom they serve is personal: none of it has a `Debug`.

use super::answer::answer;

answer! {
    /// The answer of `GET /v1/ftth/accesses/info`.
    #[derive(Default)]
    #[schema(as = GetFtthAccesesInfoResponse)]
    Accesses {
        accesses: Vec<Access>,
    }
}

answer! {
    /// An access and what is known of it.
    #[derive(Default)]
    Access {
        access_id: String,
    }
    or_left_out {
        /// The industry's own name for it (*identificador único de acceso*).
        iua: String,
        /// Who holds it; left out where it is vacant.
        brand: String,
        phone_number: String,
        document_number: String,
        client_name: String,
        address_id: String,
        gescal37: String,
        /// Whose network it belongs to, such as NEBA.
        territory_owner: String,
        /// FTTH.
        technology: String,
        /// The contracted speed.
        bandwidth: String,
        /// The segment of the client.
        customer_type: String,
        /// OTT, IPTV or IPTV+OTT.
        tv: String,
        status: String,
        ont_serial_number: String,
        installed_at: String,
    }
}

answer! {
    /// The answer of `GET /v1/ftth/orange_accesses/info`.
    #[derive(Default)]
    #[schema(as = FtthOrangeAccessResponse)]
    OrangeAccesses {
        accesses: Vec<OrangeAccess>,
    }
}

answer! {
    /// An access that ORANGE holds, or has left vacant.
    #[derive(Default)]
    OrangeAccess {}
    or_left_out {
        iua: String,
    }
    {
        /// ORANGE.
        brand: String,
    }
    or_left_out {
        phone_number: String,
        gescal37: String,
        address_id: String,
        status: String,
        bandwidth: String,
    }
    {
        /// Whether nobody uses it.
        vacant: bool,
    }
}
