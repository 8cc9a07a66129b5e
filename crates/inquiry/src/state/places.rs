//! Who works on an inquiry, by when, and what they hand in.

use std::sync::Arc;

use directory::MinistryCode;
use jiff::civil::Date;

use crate::event::{
    AssignmentContested, ContributionSubmitted, DeadlinesRecounted, MinistriesAssigned, MinistryReassigned,
    PartCarriedOver,
};
use crate::passing::Passing;
use crate::provenance::BlockSource;
use crate::state::dossier::{Assignment, Contest, Contribution, ContributionStatus, Dossier};
use crate::state::stage::Stage;
use crate::terms::Place;

impl Dossier {
    pub(super) fn assigned(&mut self, event: &MinistriesAssigned) {
        self.assignment = Some(Assignment {
            resolution: event.resolution.clone(),
            lead: event.lead.clone(),
            lead_due: event.lead_due,
            co_executors: event.co_executors.clone(),
            contests: Vec::new(),
        });
        self.takes_part();
        self.forget_contributions_of_others();
        if matches!(self.stage, Stage::OnControl) {
            self.stage = Stage::Assigned;
        }
    }

    pub(super) fn contested(&mut self, event: &AssignmentContested) {
        if let Some(assignment) = &mut self.assignment {
            assignment.contests.retain(|contest| contest.ministry != event.ministry);
            assignment.contests.push(Contest {
                ministry: event.ministry.clone(),
                reason: event.reason.clone(),
                propose: event.propose.clone(),
            });
        }
    }

    pub(super) fn reassigned(&mut self, event: &MinistryReassigned) {
        let Some(assignment) = &mut self.assignment else { return };
        assignment.contests.retain(|contest| contest.ministry != event.from);
        assignment.due_on(event.place, &event.from, event.due);
        assignment.pass(Passing::replaced(event));
        self.takes_part();
        self.forget_contributions_of_others();
    }

    pub(super) fn carried_over(&mut self, event: &PartCarriedOver) {
        let Some(assignment) = &mut self.assignment else { return };
        let passing = Passing::carried(event, assignment.holders());
        passing.requests(&mut assignment.contests, |contest| &mut contest.ministry);
        passing.tasks(assignment.co_executors.iter_mut().map(|co| (&co.ministry, &mut co.task)));
        assignment.pass(passing);
        self.contributions.retain_mut(|contribution| passing.co_executor(&mut contribution.ministry));
        if let Some(draft) = &mut self.draft {
            for source in Arc::make_mut(&mut draft.sources).iter_mut().flatten() {
                if let BlockSource::Contribution(name) = source {
                    // Where the part is over, what came of it keeps the name of who wrote it.
                    passing.co_executor(&mut name.ministry);
                }
            }
        }
        self.takes_part();
    }

    pub(super) fn recounted(&mut self, event: &DeadlinesRecounted) {
        if let Some(reply) = &event.reply {
            self.on_watch(|watch| watch.due = reply.new_due);
        }
        let Some(assignment) = &mut self.assignment else { return };
        for part in &event.parts {
            assignment.due_on(part.place, &part.ministry, part.new_due);
        }
    }

    /// Whoever has a place has had a part.
    fn takes_part(&mut self) {
        self.took_part.extend(self.assignment.iter().flat_map(Assignment::holders).cloned());
    }

    /// A contribution counts only while its ministry is a co-executor; the journal keeps the others.
    fn forget_contributions_of_others(&mut self) {
        let Some(assignment) = &self.assignment else { return };
        self.contributions.retain(|contribution| assignment.place(&contribution.ministry) == Some(Place::CoExecutor));
    }

    pub(super) fn contributed(&mut self, event: &ContributionSubmitted) {
        self.contributions.retain(|contribution| contribution.ministry != event.ministry);
        self.contributions.push(Contribution {
            ministry: event.ministry.clone(),
            version: event.version,
            body: Arc::new(event.body.clone()),
            answers: event.answers.clone(),
            files: event.files.clone(),
            status: ContributionStatus::Submitted,
        });
    }

    pub(super) fn mark_contribution(&mut self, ministry: &MinistryCode, version: u32, status: ContributionStatus) {
        let found = self.contributions.iter_mut().find(|c| &c.ministry == ministry && c.version == version);
        if let Some(contribution) = found {
            contribution.status = status;
        }
    }
}

impl Assignment {
    fn due_on(&mut self, place: Place, ministry: &MinistryCode, day: Date) {
        match place {
            Place::Lead => self.lead_due = day,
            Place::CoExecutor => {
                for co in self.co_executors.iter_mut().filter(|co| &co.ministry == ministry) {
                    co.due = day;
                }
            }
        }
    }

    fn pass(&mut self, passing: Passing<'_>) {
        passing.lead(&mut self.lead);
        self.co_executors.retain_mut(|co| passing.co_executor(&mut co.ministry));
    }
}
