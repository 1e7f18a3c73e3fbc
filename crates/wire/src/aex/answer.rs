//! How a record is declared: which members are always there and which may be left out.

/// A record whose members are always written, `null` where they are empty, and required by its schema. Those under
/// `or_left_out` are not written when they are absent.
macro_rules! answer {
    (
        $(#[$about:meta])*
        $name:ident {
            $($(#[$note:meta])* $field:ident: $type:ty,)+
        }
        $(or_left_out { $($(#[$left_note:meta])* $left:ident: $left_type:ty,)+ })?
    ) => {
        #[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        $(#[$about])*
        pub struct $name {
            $($(#[$note])* #[schema(required = true)] pub $field: $type,)+
            $($(
                $(#[$left_note])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                #[schema(nullable = false)]
                pub $left: Option<$left_type>,
            )+)?
        }
    };
}
pub(super) use answer;
