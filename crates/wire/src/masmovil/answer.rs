//! How a record is declared: which members are always there and which are left out when they have no value.

/// Members are always written; those under `or_left_out` are not when they are absent. Both may follow one another
/// again and again.
macro_rules! answer {
    (
        $(#[$about:meta])*
        $name:ident
        $(
            { $($(#[$note:meta])* $field:ident: $type:ty,)* }
            $(or_left_out { $($(#[$left_note:meta])* $left:ident: $left_type:ty,)+ })?
        )+
    ) => {
        #[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        $(#[$about])*
        pub struct $name {$(
            $($(#[$note])* pub $field: $type,)*
            $($(
                $(#[$left_note])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                #[schema(nullable = false)]
                pub $left: Option<$left_type>,
            )+)?
        )+}
    };
}
pub(super) use answer;
