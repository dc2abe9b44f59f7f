use crate::geo::{BoundingBox, GeoPoint};

/// The height of a band of latitude, in units of 10⁻⁷ degrees: a quarter of a degree, about 28 km.
pub const BAND_HEIGHT: i32 = 2_500_000;
const SOUTH_POLE: i32 = -900_000_000;
const FIRST_RADIUS_METRES: u32 = 4_000;
/// So that the area grows ninefold, and all rings together cost little more than the last.
const GROWTH: u32 = 3;

/// Returns the number of the band of latitude in which a point lies, 0 at the South Pole to 720.
///
/// Bands are what backends index points by: in one band, points are sorted by longitude, so that a
/// look around a point reads its neighbourhood only.
#[must_use]
pub fn band_of(point: GeoPoint) -> u16 {
    band(point.latitude())
}

fn band(latitude: i32) -> u16 {
    u16::try_from((latitude - SOUTH_POLE) / BAND_HEIGHT).unwrap_or_default()
}

/// A part of one band of latitude, in units of 10⁻⁷ degrees, bounds included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strip {
    /// Which band; see [`band_of`].
    pub band: u16,
    /// From where to where it reaches.
    pub area: BoundingBox,
}

/// Everything within a distance, and a little more, in strips that share no point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// The distance within which nothing is missing, in metres.
    pub radius_metres: u32,
    /// The strips.
    pub strips: Vec<Strip>,
}

impl Ring {
    /// Makes the ring around a point.
    #[must_use]
    pub fn around(centre: GeoPoint, radius_metres: u32) -> Self {
        let boxes = centre.bounding_boxes(radius_metres);
        let strips = [Some(boxes.first()), boxes.second()].into_iter().flatten().flat_map(|area| {
            (band(area.south)..=band(area.north)).map(move |band| Strip { band, area })
        });
        Self { radius_metres, strips: strips.collect() }
    }

    /// Makes rings that grow up to a radius; the last one has it.
    ///
    /// Rings in which nothing lies beyond `nearer_metres` are left out.
    pub fn growing(
        centre: GeoPoint,
        nearer_metres: u32,
        radius_metres: u32,
    ) -> impl Iterator<Item = Self> {
        let grown = move |radius: &u32| {
            (*radius < radius_metres).then(|| radius.saturating_mul(GROWTH).min(radius_metres))
        };
        std::iter::successors(Some(FIRST_RADIUS_METRES.min(radius_metres)), grown)
            .filter(move |radius| *radius > nearer_metres || *radius == radius_metres)
            .map(move |radius| Self::around(centre, radius))
    }
}
