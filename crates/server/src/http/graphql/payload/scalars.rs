//! The scalars of the schema: JSON, moments and durations.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use rekey_core::types::time::Timestamp;

/// A JSON value of any shape.
pub struct Json(pub serde_json::Value);

#[Scalar]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

/// A timestamp: ISO 8601, UTC, with milliseconds.
pub struct DateTime(pub Timestamp);

#[Scalar]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => parse_datetime(text)
                .map(Self)
                .ok_or_else(|| InputValueError::custom("expected a moment such as 2026-11-22T14:05:09.000Z")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_iso8601())
    }
}

/// Parses `2026-11-22T14:05:09.123Z`; the milliseconds are optional.
fn parse_datetime(text: &str) -> Option<Timestamp> {
    let (day, hour) = text.strip_suffix('Z')?.split_once('T')?;
    let mut day = day.split('-').map(|part| part.parse::<u16>().ok());
    let year = day.next()??;
    let month = day.next()??;
    let date = day.next()??;
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = time::Date::from_calendar_date(i32::from(year), month, u8::try_from(date).ok()?).ok()?;
    let (hour, fraction) = hour.split_once('.').unwrap_or((hour, "0"));
    let mut hour = hour.split(':').map(|part| part.parse::<u8>().ok());
    let hours = hour.next()??;
    let minutes = hour.next()??;
    let seconds = hour.next()??;
    let millis = format!("{fraction:0<3}").get(..3)?.parse::<u16>().ok()?;
    let at = date.with_hms_milli(hours, minutes, seconds, millis).ok()?.assume_utc();
    Some(Timestamp(at.unix_timestamp().saturating_mul(1000).saturating_add(i64::from(millis))))
}

/// A duration: ISO 8601, such as `PT5M`.
pub struct Interval(pub u32);

#[Scalar]
impl ScalarType for Interval {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => parse_duration(text)
                .map(Self)
                .ok_or_else(|| InputValueError::custom("expected a span such as PT5M")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        let hours = self.0 / 3600;
        let minutes = self.0 / 60 % 60;
        let seconds = self.0 % 60;
        let parts = [(hours, 'H'), (minutes, 'M'), (seconds, 'S')];
        let text: String = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, unit)| format!("{count}{unit}"))
            .collect();
        Value::String(if text.is_empty() { "PT0S".to_owned() } else { format!("PT{text}") })
    }
}

/// Parses a duration, with years of 365 days and months of 30.
fn parse_duration(text: &str) -> Option<u32> {
    let rest = text.strip_prefix('P')?;
    let mut total = 0_u32;
    let mut digits = String::new();
    let mut in_day = false;
    let mut parts = 0;
    for sign in rest.chars() {
        let unit: u32 = match sign {
            '0'..='9' => {
                digits.push(sign);
                continue;
            }
            'T' if !in_day && digits.is_empty() => {
                in_day = true;
                continue;
            }
            'Y' if !in_day => 365 * 86_400,
            'M' if !in_day => 30 * 86_400,
            'W' if !in_day => 7 * 86_400,
            'D' if !in_day => 86_400,
            'H' if in_day => 3600,
            'M' if in_day => 60,
            'S' if in_day => 1,
            _ => return None,
        };
        total = total.checked_add(digits.parse::<u32>().ok()?.checked_mul(unit)?)?;
        digits.clear();
        parts += 1;
    }
    (digits.is_empty() && parts > 0).then_some(total)
}

#[cfg(test)]
mod tests {
    use async_graphql::ScalarType as _;

    use super::{Interval, parse_datetime, parse_duration};
    use rekey_core::types::time::Timestamp;

    #[test]
    fn spans_are_read_and_written() {
        let read = ["PT1S", "PT5M", "P6M", "PT0S", "P1DT1H"].map(parse_duration);
        assert_eq!(read, [Some(1), Some(300), Some(15_552_000), Some(0), Some(90_000)]);
        for wrong in ["", "P", "PT", "5M", "PT5", "P5", "PTM", "PT5D", "PT99999999999S"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
        let written = [0, 1, 300, 3661].map(|seconds| Interval(seconds).to_value().to_string());
        assert_eq!(written, ["\"PT0S\"", "\"PT1S\"", "\"PT5M\"", "\"PT1H1M1S\""]);
    }

    #[test]
    fn moments_are_read() {
        assert_eq!(parse_datetime("2023-11-14T22:13:20.000Z"), Some(Timestamp(1_700_000_000_000)));
        assert_eq!(parse_datetime("2023-11-14T22:13:20.5Z"), Some(Timestamp(1_700_000_000_500)));
        for wrong in ["", "2023-11-14", "2023-02-30T00:00:00Z", "2023-11-14T22:13:20"] {
            assert_eq!(parse_datetime(wrong), None, "{wrong}");
        }
    }
}
