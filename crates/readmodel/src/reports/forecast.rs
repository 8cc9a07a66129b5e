//! Which replies will probably be late: told from what became of earlier inquiries on the same way, and from nothing else.
//!
//! The method (docs/adr/0038-reports.md). An inquiry that has waited for `age` days and has `left` days to its last one is held against the earlier
//! ones that were still unanswered at the same age: the share of them whose answer took longer than `age + left` days is the probability that this
//! one will be late. It is asked first of all earlier ones, then of those with the same lead, then of those that stood at the same step at that age,
//! then of those on the same topic; a narrower circle corrects the wider one by as much as it holds (`WEIGHT` inquiries of the wider one stand for
//! what it lacks). Earlier ones are those answered last, so that slow ones are among them as often as quick ones.
//!
//! Pure: cases and days come in. The same function forecasts today and, for its own trial, any day of the past with what was known then.

use jiff::civil::Date;

/// For how many days ahead it is told.
pub const AHEAD: i32 = 14;
/// With fewer earlier inquiries still unanswered at that age nothing is forecast.
pub const LEAST: usize = 20;
/// From this probability on an inquiry is told to be probably late.
pub const PROBABLE: f64 = 0.5;
/// How many inquiries of the wider circle speak beside those of the narrower one.
const WEIGHT: f64 = 5.0;
/// A circle of fewer says nothing worth telling as the reason.
const TOLD_FROM: usize = 5;

/// An inquiry that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Who led it.
    pub lead: Option<String>,
    /// What it was about.
    pub topic: Option<String>,
    /// The day of receipt.
    pub received: Date,
    /// The day that was in force.
    pub due: Option<Date>,
    /// The day of the answer.
    pub answered: Date,
    /// The steps that it came to, each with its day, in order.
    pub steps: Vec<(Date, String)>,
}

/// An inquiry that is not answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// Who leads it.
    pub lead: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// The day of receipt.
    pub received: Date,
    /// The day in force.
    pub due: Date,
    /// The step at which it stands.
    pub step: Option<String>,
}

/// From which of the earlier inquiries a forecast is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Circle {
    /// All of them.
    All,
    /// Those with the same lead.
    Lead,
    /// Of these, those that stood at the same step at the same age.
    Step,
    /// Of these, those on the same topic.
    Topic,
}

/// What is said of one inquiry, and from what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// That the answer goes after its last day: from 0 to 1.
    pub probability: f64,
    /// For how many days it has waited.
    pub age: i32,
    /// How many days are left.
    pub left: i32,
    /// The narrowest circle that holds enough to be told as the reason.
    pub circle: Circle,
    /// How many of it were still unanswered at that age.
    pub of: usize,
    /// How many of these took longer than this one has.
    pub longer: usize,
}

impl Forecast {
    /// Is it probably late?
    #[must_use]
    pub fn is_probable(&self) -> bool {
        self.probability >= PROBABLE
    }
}

/// Days from one to the other.
fn days(from: Date, until: Date) -> i32 {
    from.until(until).map_or(0, |span| span.get_days())
}

impl Gone {
    fn lasted(&self) -> i32 {
        days(self.received, self.answered)
    }

    fn is_late(&self) -> bool {
        self.due.is_some_and(|due| self.answered > due)
    }

    /// The step at which it stood after so many days.
    fn step_at(&self, age: i32) -> Option<&str> {
        self.steps.iter().rev().find(|(day, _)| days(self.received, *day) <= age).map(|(_, step)| step.as_str())
    }
}

/// What is to be expected of an inquiry on a day; none where the past is too short to say.
#[must_use]
pub fn forecast(history: &[Gone], awaited: &Awaited, day: Date) -> Option<Forecast> {
    let (age, left) = (days(awaited.received, day).max(0), days(day, awaited.due).max(0));
    let mut circle: Vec<&Gone> = history.iter().filter(|gone| gone.lasted() > age).collect();
    if circle.len() < LEAST {
        return None;
    }
    let longer = |circle: &[&Gone]| circle.iter().filter(|gone| gone.lasted() > age + left).count();
    // Half a late one of one: nothing is certain that has happened seldom.
    let mut probability = (share(longer(&circle)) + 0.5) / (share(circle.len()) + 1.0);
    let mut told = Forecast { probability, age, left, circle: Circle::All, of: circle.len(), longer: longer(&circle) };
    for narrower in [Circle::Lead, Circle::Step, Circle::Topic] {
        circle.retain(|gone| match narrower {
            Circle::All => true,
            Circle::Lead => gone.lead == awaited.lead,
            Circle::Step => gone.step_at(age) == awaited.step.as_deref(),
            Circle::Topic => gone.topic == awaited.topic,
        });
        probability = (share(longer(&circle)) + WEIGHT * probability) / (share(circle.len()) + WEIGHT);
        if circle.len() >= TOLD_FROM {
            told = Forecast { circle: narrower, of: circle.len(), longer: longer(&circle), ..told };
        }
    }
    Some(Forecast { probability, ..told })
}

/// A count that is divided.
fn share(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// What was forecast, and what came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// The probability that was told.
    pub probability: f64,
    /// What «always the usual share» would have told: the share of late answers among those known then.
    pub base: f64,
    /// Was it late in the end?
    pub was_late: bool,
}

/// The share of late answers in what is known.
#[must_use]
pub fn base_rate(history: &[Gone]) -> f64 {
    if history.is_empty() {
        return 0.0;
    }
    share(history.iter().filter(|gone| gone.is_late()).count()) / share(history.len())
}

/// How good forecasts have been.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Accuracy {
    /// How many were made.
    pub made: usize,
    /// How many were late in the end.
    pub late: usize,
    /// How many were told to be probably late.
    pub told: usize,
    /// How many of these were.
    pub hits: usize,
    /// The mean square of what was told against what came: 0 is perfect.
    pub brier: f64,
    /// The same of «always the usual share».
    pub brier_of_base: f64,
}

impl Accuracy {
    /// Of those that were told, the share that was late; none where none was told.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        (self.told > 0).then(|| share(self.hits) / share(self.told))
    }

    /// Of those that were late, the share that was told.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        (self.late > 0).then(|| share(self.hits) / share(self.late))
    }

    /// Holds forecasts against what came.
    #[must_use]
    pub fn of(trials: &[Trial]) -> Self {
        if trials.is_empty() {
            return Self::default();
        }
        let is_told = |trial: &&Trial| trial.probability >= PROBABLE;
        let square = |told: f64, was_late: bool| (told - if was_late { 1.0 } else { 0.0 }).powi(2);
        let mean = |squares: f64| squares / share(trials.len());
        Self {
            made: trials.len(),
            late: trials.iter().filter(|trial| trial.was_late).count(),
            told: trials.iter().filter(is_told).count(),
            hits: trials.iter().filter(is_told).filter(|trial| trial.was_late).count(),
            brier: mean(trials.iter().map(|trial| square(trial.probability, trial.was_late)).sum()),
            brier_of_base: mean(trials.iter().map(|trial| square(trial.base, trial.was_late)).sum()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2023, 11, 1);

    fn gone(lead: &str, lasted: i64) -> Gone {
        let received = date(2023, 9, 1);
        Gone {
            lead: Some(lead.to_owned()),
            topic: None,
            received,
            due: Some(received + 30.days()),
            answered: received + lasted.days(),
            steps: vec![(received, "resolution".to_owned()), (received + 5.days(), "drafting".to_owned())],
        }
    }

    fn awaited(lead: &str, age: i64, left: i64) -> Awaited {
        Awaited {
            lead: Some(lead.to_owned()),
            topic: None,
            received: DAY - age.days(),
            due: DAY + left.days(),
            step: Some("drafting".to_owned()),
        }
    }

    /// Forty of one ministry take 20 days, forty of another 40.
    fn history() -> Vec<Gone> {
        (0..40).flat_map(|_| [gone("quick", 20), gone("slow", 40)]).collect()
    }

    #[test]
    fn a_short_past_says_nothing() {
        let few: Vec<Gone> = history().into_iter().take(LEAST - 1).collect();
        assert_eq!(forecast(&few, &awaited("slow", 10, 10), DAY), None);
        // Enough of them, and none that was still unanswered at that age.
        assert_eq!(forecast(&history(), &awaited("slow", 40, 10), DAY), None);
    }

    #[test]
    fn what_takes_long_with_one_lead_is_expected_of_that_lead() {
        let of = |lead: &str| forecast(&history(), &awaited(lead, 10, 15), DAY).unwrap();
        let slow = of("slow");
        assert_eq!((slow.circle, slow.of, slow.longer, slow.age, slow.left), (Circle::Topic, 40, 40, 10, 15));
        assert!(slow.is_probable() && slow.probability > 0.95, "{slow:?}");
        let quick = of("quick");
        assert_eq!((quick.of, quick.longer), (40, 0));
        assert!(quick.probability < 0.05, "{quick:?}");
        // Of a lead without a past what is known of all is told: half of them took longer.
        let unknown = of("new");
        assert_eq!((unknown.circle, unknown.of, unknown.longer), (Circle::All, 80, 40));
        assert!((unknown.probability - 0.5).abs() < 1e-9, "{unknown:?}");
    }

    #[test]
    fn the_time_already_spent_counts() {
        // After 25 days only slow ones are left, whoever leads.
        let late = forecast(&history(), &awaited("new", 25, 10), DAY).unwrap();
        assert_eq!((late.of, late.longer), (40, 40));
        assert!(late.is_probable());
        let roomy = forecast(&history(), &awaited("new", 25, 15), DAY).unwrap();
        assert_eq!((roomy.of, roomy.longer), (40, 0), "40 days are not longer than 25 and 15");
    }

    #[test]
    fn a_forecast_by_hand() {
        // 20 unanswered at that age, 5 longer: (5 + 0.5) / 21; the lead's 4 of which 1 is longer, and the same again twice.
        let mut history: Vec<Gone> = (0..16).map(|n| gone("other", if n < 4 { 40 } else { 20 })).collect();
        history.extend((0..4).map(|n| gone("lead", if n < 1 { 40 } else { 20 })));
        let told = forecast(&history, &awaited("lead", 10, 15), DAY).unwrap();
        let of_lead = |wider: f64| (1.0 + 5.0 * wider) / 9.0;
        let expected = of_lead(of_lead(of_lead(5.5 / 21.0)));
        assert!((told.probability - expected).abs() < 1e-12, "{told:?} {expected}");
        assert_eq!((told.circle, told.of, told.longer), (Circle::All, 20, 5), "four are too few to be told");
    }

    #[test]
    fn accuracy_by_hand() {
        let trial = |probability, was_late| Trial { probability, base: 0.5, was_late };
        let known = Accuracy::of(&[trial(0.9, true), trial(0.6, false), trial(0.2, true), trial(0.1, false)]);
        assert_eq!((known.made, known.late, known.told, known.hits), (4, 2, 2, 1));
        assert_eq!((known.precision(), known.recall()), (Some(0.5), Some(0.5)));
        assert!((known.brier - (0.01 + 0.36 + 0.64 + 0.01) / 4.0).abs() < 1e-12);
        assert!((known.brier_of_base - 0.25).abs() < 1e-12);
        assert_eq!(Accuracy::of(&[]).precision(), None);
        assert!((base_rate(&history()) - 0.5).abs() < 1e-12);
    }
}
