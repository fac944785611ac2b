//! A JSON member that may be absent, null or a value. In a request, null removes what is stored and an absent
//! member leaves it; in a response, null means that there is none and an absent member that it is not shown.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A member with three states. Fields of this type need `#[serde(default)]`, and in responses
/// `skip_serializing_if = "Patch::is_absent"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The member is absent.
    #[default]
    Absent,
    /// The member is null.
    Null,
    /// The member has this value.
    Value(T),
}

impl<T> Patch<T> {
    /// The value to show if it may be shown.
    pub fn when(is_shown: bool, value: Option<T>) -> Self {
        if is_shown { Self::from(value) } else { Self::Absent }
    }

    /// Whether the member is absent.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Changes a stored field as the patch says.
    pub fn apply_to(self, field: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *field = None,
            Self::Value(value) => *field = Some(value),
        }
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::Patch;

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Member {
        #[serde(default, skip_serializing_if = "Patch::is_absent")]
        name: Patch<String>,
    }

    #[test]
    fn absent_null_and_a_value_are_distinct_in_both_directions() {
        for (json, name) in [
            ("{}", Patch::Absent),
            (r#"{"name":null}"#, Patch::Null),
            (r#"{"name":"Ada"}"#, Patch::Value("Ada".to_owned())),
        ] {
            let member: Member = serde_json::from_str(json).unwrap();
            assert_eq!(member, Member { name });
            assert_eq!(serde_json::to_string(&member).unwrap(), json);
        }
        assert!(serde_json::from_str::<Member>(r#"{"name":1}"#).is_err());
    }

    #[test]
    fn null_removes_and_absent_leaves() {
        for (patch, after) in [(Patch::Absent, Some(1)), (Patch::Null, None), (Patch::Value(2), Some(2))] {
            let mut field = Some(1);
            patch.apply_to(&mut field);
            assert_eq!(field, after);
        }
    }
}
