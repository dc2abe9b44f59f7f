use super::text_type;
use crate::error::Problem;

text_type! {
    /// The address of something on the web, for instance of a dog's photo: an `https` URL.
    ///
    /// At most 2,048 ASCII characters of those that RFC 3986 knows. The host is a name or an IPv4
    /// address; user names and passwords are refused, since URLs end up in logs. Scheme and host
    /// become lower case, the rest stays as it is.
    HttpsUrl = "https_url", https_url
}

const FORM: Problem = Problem::Malformed("an https URL with an ASCII host and no password");
const MAX: u64 = 2_048;

fn https_url(url: &str) -> Result<String, Problem> {
    if url.is_empty() {
        return Err(Problem::Empty);
    }
    if url.len() as u64 > MAX {
        return Err(Problem::TooLong { max: MAX });
    }
    let (scheme, rest) = url.split_once("://").ok_or(FORM)?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_sound = scheme.eq_ignore_ascii_case("https")
        && is_host(host)
        && port.is_none_or(is_port)
        && path.bytes().all(is_url_byte);
    if !is_sound {
        return Err(FORM);
    }
    let port = port.map_or(String::new(), |port| format!(":{port}"));
    Ok(format!("https://{}{port}{path}", host.to_ascii_lowercase()))
}

/// Says whether `host` is labels of letters, digits and inner hyphens with points between them.
///
/// These are the labels that the HTML standard allows in an e-mail address.
pub(crate) fn is_host(host: &str) -> bool {
    host.len() <= 253
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}
