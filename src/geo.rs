//! Points on the earth, distances between them, and boxes for databases to look in.
//!
//! Points and keys are integers, so that they are equal on every backend. Strangers see a place rounded
//! to 0.01°, and searches and distances are of rounded places too, so that nobody can close in on one.
#![expect(
    clippy::float_arithmetic,
    reason = "distances are trigonometry; points and keys are integers"
)]

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{InvalidValue, Problem, within};

/// The mean radius of the earth in metres (IUGG), which keeps the error over all directions small.
const EARTH_RADIUS: f64 = 6_371_008.8;
const UNITS_PER_DEGREE: i32 = 10_000_000;
const POLE: i32 = 90 * UNITS_PER_DEGREE;
const ANTIMERIDIAN: i32 = 180 * UNITS_PER_DEGREE;
const FULL_CIRCLE: i64 = 2 * ANTIMERIDIAN as i64;
/// A hundredth of a degree, about 1.1 km of latitude.
const PUBLIC_STEP: i32 = UNITS_PER_DEGREE / 100;

/// A point on the earth, in whole units of 10⁻⁷ degrees (WGS 84).
///
/// A unit is about a centimetre. Integers make a point equal to itself on every backend. The
/// antimeridian has one name: 180° becomes −180°. In JSON a point is
/// `{"latitude":52.52,"longitude":13.405}`, in degrees.
///
/// # Example: what the public may see
///
/// ```
/// use sitstay::geo::{GeoPoint, distance_metres};
///
/// let home = GeoPoint::from_degrees(52.516_27, 13.377_72)?;
/// let public = home.rounded_public();
/// assert_eq!(public.to_degrees(), (52.52, 13.38));
/// assert_eq!(distance_metres(home, public), 443);
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Degrees", into = "Degrees")]
pub struct GeoPoint {
    latitude: i32,
    longitude: i32,
}

#[derive(Serialize, Deserialize)]
struct Degrees {
    latitude: f64,
    longitude: f64,
}

impl GeoPoint {
    /// Takes degrees, north and east positive, and rounds them to 10⁻⁷.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] unless the latitude is finite within ±90° and the longitude within ±180°.
    pub fn from_degrees(latitude: f64, longitude: f64) -> Result<Self, InvalidValue> {
        Self::new(units("latitude", latitude, 90)?, units("longitude", longitude, 180)?)
    }

    /// Takes whole units of 10⁻⁷ degrees, north and east positive.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] unless the latitude is within ±90° and the longitude within ±180°.
    pub fn new(latitude: i32, longitude: i32) -> Result<Self, InvalidValue> {
        within("latitude", latitude, (-POLE).into(), POLE.into())?;
        within("longitude", longitude, (-ANTIMERIDIAN).into(), ANTIMERIDIAN.into())?;
        Ok(Self { latitude, longitude: wrapped(longitude.into()) })
    }

    /// Returns the latitude in units of 10⁻⁷ degrees, −900,000,000 to 900,000,000.
    #[must_use]
    pub const fn latitude(self) -> i32 {
        self.latitude
    }

    /// Returns the longitude in units of 10⁻⁷ degrees, −1,800,000,000 to 1,799,999,999.
    #[must_use]
    pub const fn longitude(self) -> i32 {
        self.longitude
    }

    /// Returns latitude and longitude in degrees.
    #[must_use]
    pub fn to_degrees(self) -> (f64, f64) {
        (degrees(self.latitude), degrees(self.longitude))
    }

    /// Rounds both coordinates half up to 0.01°, about a kilometre, for everyone to see.
    #[must_use]
    pub const fn rounded_public(self) -> Self {
        Self {
            latitude: round_to_public_step(self.latitude),
            longitude: wrapped(round_to_public_step(self.longitude) as i64),
        }
    }

    /// Returns boxes that together hold every point within a distance of this one, and more.
    ///
    /// For databases to look in first; [`distance_metres`] decides. There are two boxes where the
    /// antimeridian lies between, and near a pole the box goes around the earth.
    #[must_use]
    pub fn bounding_boxes(self, radius_metres: u32) -> BoundingBoxes {
        // A metre more than asked for outweighs the rounding of distances and of the sums below.
        let angle = (f64::from(radius_metres) + 1.0) / EARTH_RADIUS;
        let reach = outward_units(angle);
        let latitude = i64::from(self.latitude);
        let (south, north) = (latitude - reach, latitude + reach);
        let pole = i64::from(POLE);
        let width = if south <= -pole || north >= pole {
            FULL_CIRCLE
        } else {
            // The circle's easternmost point lies where its tangent is a meridian.
            let sine = angle.sin() / degrees(self.latitude).to_radians().cos();
            outward_units(sine.min(1.0).asin())
        };
        let south = clamped(south, POLE);
        let north = clamped(north, POLE);
        let single = |west, east| BoundingBox { south, north, west, east };
        let longitude = i64::from(self.longitude);
        if 2 * width >= FULL_CIRCLE {
            return BoundingBoxes(single(-ANTIMERIDIAN, ANTIMERIDIAN), None);
        }
        let (west, east) = (wrapped(longitude - width), wrapped(longitude + width));
        if west <= east {
            BoundingBoxes(single(west, east), None)
        } else {
            BoundingBoxes(single(west, ANTIMERIDIAN), Some(single(-ANTIMERIDIAN, east)))
        }
    }
}

/// Returns the great-circle distance between two points in whole metres.
///
/// By the haversine formula on a sphere of 6,371,008.8 m, which is right across the antimeridian
/// and at the poles. It is the same in both directions, and within 0.562 % of the distance on the
/// WGS 84 ellipsoid: along a meridian at the equator, where the ellipsoid's radius of curvature is
/// smallest (6,335,439 m), the sphere is off by that much.
#[must_use]
pub fn distance_metres(a: GeoPoint, b: GeoPoint) -> u32 {
    let (latitude_a, latitude_b) =
        (degrees(a.latitude).to_radians(), degrees(b.latitude).to_radians());
    let half_chord = |from: i32, to: i32| {
        let difference = i64::from(from) - i64::from(to);
        (difference as f64 / f64::from(UNITS_PER_DEGREE)).to_radians() / 2.0
    };
    let north = half_chord(a.latitude, b.latitude).sin().powi(2);
    let east = half_chord(a.longitude, b.longitude).sin().powi(2);
    let haversine = (north + latitude_a.cos() * latitude_b.cos() * east).min(1.0);
    let metres = 2.0 * EARTH_RADIUS * haversine.sqrt().asin();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and half the earth's circumference, 20,015,114 m"
    )]
    let whole = metres.round() as u32;
    whole
}

/// One or two boxes around a point; two where the antimeridian lies between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundingBoxes(BoundingBox, Option<BoundingBox>);

impl BoundingBoxes {
    /// Returns the first box, which is always there.
    #[must_use]
    pub const fn first(self) -> BoundingBox {
        self.0
    }

    /// Returns the box on the other side of the antimeridian.
    #[must_use]
    pub const fn second(self) -> Option<BoundingBox> {
        self.1
    }

    /// Says whether a point lies in one of the boxes.
    #[must_use]
    pub fn contains(self, point: GeoPoint) -> bool {
        self.0.contains(point) || self.1.is_some_and(|second| second.contains(point))
    }
}

/// A range of latitudes and one of longitudes, in units of 10⁻⁷ degrees, bounds included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundingBox {
    /// The smallest latitude.
    pub south: i32,
    /// The largest latitude.
    pub north: i32,
    /// The smallest longitude.
    pub west: i32,
    /// The largest longitude.
    pub east: i32,
}

impl BoundingBox {
    /// Says whether a point lies inside or on the edge.
    #[must_use]
    pub fn contains(self, point: GeoPoint) -> bool {
        (self.south..=self.north).contains(&point.latitude)
            && (self.west..=self.east).contains(&point.longitude)
    }
}

fn units(what: &'static str, degrees: f64, bound: i32) -> Result<i32, InvalidValue> {
    if !degrees.is_finite() {
        return Err(InvalidValue::new(what, Problem::Malformed("a finite number")));
    }
    if degrees.abs() > f64::from(bound) {
        let (min, max) = ((-bound).into(), bound.into());
        return Err(InvalidValue::new(what, Problem::OutOfRange { min, max }));
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most 180 × 10⁷, which fits")]
    Ok((degrees * f64::from(UNITS_PER_DEGREE)).round() as i32)
}

fn degrees(units: i32) -> f64 {
    f64::from(units) / f64::from(UNITS_PER_DEGREE)
}

/// Turns an angle in radians into units, rounded away from nothing.
fn outward_units(radians: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "casts saturate, and angles are small")]
    let units = (radians.to_degrees() * f64::from(UNITS_PER_DEGREE)).ceil() as i64;
    units + 1
}

/// Brings a longitude back into −180° to 180°, the end left out.
const fn wrapped(longitude: i64) -> i32 {
    let half = ANTIMERIDIAN as i64;
    #[expect(clippy::cast_possible_truncation, reason = "at most 180 × 10⁷ either way")]
    let wrapped = ((longitude + half).rem_euclid(FULL_CIRCLE) - half) as i32;
    wrapped
}

const fn round_to_public_step(units: i32) -> i32 {
    (units + PUBLIC_STEP / 2).div_euclid(PUBLIC_STEP) * PUBLIC_STEP
}

fn clamped(units: i64, bound: i32) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to a bound that fits")]
    let clamped = units.clamp((-bound).into(), bound.into()) as i32;
    clamped
}

impl TryFrom<Degrees> for GeoPoint {
    type Error = InvalidValue;

    fn try_from(degrees: Degrees) -> Result<Self, InvalidValue> {
        Self::from_degrees(degrees.latitude, degrees.longitude)
    }
}

impl From<GeoPoint> for Degrees {
    fn from(point: GeoPoint) -> Self {
        let (latitude, longitude) = point.to_degrees();
        Self { latitude, longitude }
    }
}

/// Writes the coordinates in degrees, as RFC 5870 does: `geo:52.52,13.405`.
impl fmt::Display for GeoPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (latitude, longitude) = self.to_degrees();
        write!(f, "geo:{latitude},{longitude}")
    }
}

impl fmt::Debug for GeoPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
