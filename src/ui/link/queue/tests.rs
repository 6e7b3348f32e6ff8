use super::*;

/// Images that need the first `stages` stages.
fn of(ids: std::ops::Range<Id>, stages: usize) -> Queue {
    let mut queue = Queue::default();
    queue.add(ids.map(|id| (id, (0..stages).collect())));
    queue
}

/// Sends a worker up to `most` jobs; gives (image, stage).
fn send(queue: &mut Queue, worker: usize, most: usize, now: f64) -> Vec<(Id, usize)> {
    std::iter::from_fn(|| queue.send(worker, |_| most, now)).map(|job| (job.id, job.stage)).collect()
}

fn job(id: Id, stage: usize, worker: usize) -> Job {
    Job { id, stage, worker }
}

/// The worker computes the job; the image needs the stages after it, below `stages`.
fn compute(queue: &mut Queue, job: Job, stages: usize, now: f64) {
    answer(queue, job, (job.stage + 1..stages).collect(), true, now);
}

fn answer(queue: &mut Queue, job: Job, needs: Vec<usize>, computed: bool, now: f64) {
    if let Some(image) = queue.take_out(job, computed, now) {
        queue.put_back(image, needs);
    }
}

#[test]
fn every_image_has_its_first_stage_before_any_has_its_second() {
    let mut queue = of(0..3, 2);
    assert_eq!(send(&mut queue, 0, 2, 0.0), [(0, 0), (1, 0)]);
    compute(&mut queue, job(0, 0, 0), 2, 100.0);
    assert_eq!(send(&mut queue, 0, 2, 100.0), [(2, 0)], "not the second stage of image 0");
    compute(&mut queue, job(1, 0, 0), 2, 200.0);
    compute(&mut queue, job(2, 0, 0), 2, 300.0);
    assert_eq!(queue.run().stage(), Some(1));
    assert_eq!(send(&mut queue, 0, 9, 300.0), [(0, 1), (1, 1), (2, 1)]);
    (0..3).for_each(|id| compute(&mut queue, job(id, 1, 0), 2, 400.0));
    compute(&mut queue, job(2, 1, 0), 2, 400.0);
    assert!(queue.is_empty());
    let run = queue.run();
    assert_eq!((run.done, run.total, run.stage()), (3, 3, None), "answers count once");
    assert!(run.stages.iter().all(|stage| (stage.done, stage.total) == (3, 3)));
}

#[test]
fn what_a_person_looks_at_comes_first_within_a_stage() {
    let mut queue = of(0..6, 2);
    queue.prefer(vec![4, 77, 2]);
    assert_eq!(send(&mut queue, 0, 3, 0.0), [(4, 0), (2, 0), (0, 0)]);
    queue.add([(1, vec![0]), (9, vec![0, 1]), (10, vec![0])]);
    assert!(queue.overtake(9) && !queue.overtake(99), "that one needs nothing");
    assert_eq!(send(&mut queue, 1, 9, 0.0), [(9, 0), (1, 0), (3, 0), (5, 0), (10, 0)], "and nothing waits twice");
    compute(&mut queue, job(2, 0, 0), 2, 1.0);
    compute(&mut queue, job(4, 0, 0), 2, 1.0);
    compute(&mut queue, job(3, 0, 1), 2, 1.0);
    assert_eq!(send(&mut queue, 0, 9, 1.0), [(4, 1), (2, 1), (3, 1)]);
}

#[test]
fn an_image_that_a_person_waits_for_overtakes_what_no_worker_has_begun() {
    let mut queue = of(0..9, 2);
    send(&mut queue, 0, 4, 0.0);
    assert!(queue.overtake(8), "there is nothing to show of it yet");
    // Asked to stop, the worker gives back all but the image that it is at.
    [1, 2, 3].into_iter().for_each(|id| queue.given_up(job(id, 0, 0)));
    compute(&mut queue, job(0, 0, 0), 2, 1.0);
    assert_eq!(send(&mut queue, 0, 3, 1.0), [(8, 0), (1, 0), (2, 0)]);
    assert!(queue.overtake(8), "it may be behind others still");
    compute(&mut queue, job(8, 0, 0), 2, 2.0);
    assert!(!queue.overtake(8), "its gradients are no use before the others have theirs");
}

#[test]
fn later_stages_go_where_the_picture_was_read_while_there_is_such_work() {
    let mut queue = of(0..4, 2);
    assert_eq!(send(&mut queue, 0, 1, 0.0), [(0, 0)]);
    assert_eq!(send(&mut queue, 1, 2, 0.0), [(1, 0), (2, 0)]);
    compute(&mut queue, job(0, 0, 0), 2, 1.0);
    assert_eq!(send(&mut queue, 0, 1, 1.0), [(3, 0)]);
    for (id, worker) in [(1, 1), (2, 1), (3, 0)] {
        compute(&mut queue, job(id, 0, worker), 2, 2.0);
    }
    assert_eq!(send(&mut queue, 1, 1, 2.0), [(1, 1)]);
    assert_eq!(send(&mut queue, 0, 3, 2.0), [(0, 1), (3, 1), (2, 1)], "its own, then another's");
}

#[test]
fn a_window_bounds_each_worker_by_the_stage_that_is_next() {
    let mut queue = of(0..9, 2);
    let most = |stage: usize| [4, 1][stage];
    let all: Vec<_> = (0..5).map_while(|_| queue.send(0, most, 0.0)).collect();
    assert_eq!((all.len(), queue.with(0), queue.with(1)), (4, 4, 0));
}

#[test]
fn pace_and_time_left_follow_the_latest_answers() {
    let mut queue = of(0..4, 2);
    send(&mut queue, 0, 9, 0.0);
    assert_eq!(queue.run().left(&[10.0, 500.0]), Some(2040.0), "as expected, until something is known");
    compute(&mut queue, job(0, 0, 0), 2, 20.0);
    assert_eq!(queue.run().stages[0].pace(), Some(20.0));
    assert_eq!(queue.run().left(&[10.0, 500.0]), Some(3.0 * 20.0 + 4.0 * 500.0));
    // It is slower now: of two answers, the older counts a little less.
    compute(&mut queue, job(1, 0, 0), 2, 60.0);
    let pace = queue.run().stages[0].pace().unwrap();
    assert!(pace > 30.0 && pace < 31.0, "{pace}");
    assert_eq!(queue.run().left(&[]), None);
}

#[test]
fn returned_work_waits_at_its_place_and_a_pause_costs_no_time() {
    let mut queue = of(0..6, 1);
    send(&mut queue, 0, 4, 0.0);
    compute(&mut queue, job(0, 0, 0), 1, 10.0);
    [2, 1, 3].into_iter().for_each(|id| queue.given_up(job(id, 0, 0)));
    assert_eq!((queue.waiting(), queue.in_flight()), (vec![1, 2, 3, 4, 5], 0));
    send(&mut queue, 0, 4, 1000.0);
    compute(&mut queue, job(1, 0, 0), 1, 1010.0);
    let pace = queue.run().stages[0].pace().unwrap();
    assert!((pace - 10.0).abs() < 1e-9, "{pace}");
}

#[test]
fn a_worker_that_ends_takes_nothing_with_it_but_the_image_at_fault() {
    let mut queue = of(0..5, 2);
    send(&mut queue, 0, 2, 0.0);
    send(&mut queue, 1, 2, 0.0);
    assert_eq!(queue.lost(0, None), None, "it was killed from outside");
    assert_eq!(queue.waiting(), [0, 1, 4], "the other worker goes on");
    assert_eq!(send(&mut queue, 0, 2, 0.0), [(0, 0), (1, 0)]);
    assert_eq!(queue.lost(0, Some(3)), None, "that one is with the other worker");
    send(&mut queue, 0, 2, 0.0);
    assert_eq!(queue.lost(0, Some(1)), Some(1));
    assert_eq!((queue.waiting(), queue.run().done, queue.run().total), (vec![0, 4], 1, 5));
    // The later stages of an image whose worker is gone are anybody's.
    compute(&mut queue, job(2, 0, 1), 2, 1.0);
    compute(&mut queue, job(3, 0, 1), 2, 1.0);
    send(&mut queue, 0, 2, 1.0);
    compute(&mut queue, job(0, 0, 0), 2, 1.0);
    compute(&mut queue, job(4, 0, 0), 2, 1.0);
    queue.lost(1, None);
    assert_eq!(send(&mut queue, 0, 9, 2.0), [(0, 1), (4, 1), (2, 1), (3, 1)]);
}

#[test]
fn removed_images_are_not_waited_for() {
    let mut queue = of(0..6, 2);
    send(&mut queue, 0, 4, 0.0);
    queue.cancel(&[1, 5, 77].into());
    assert_eq!((queue.run().total, queue.run().stages[1].total), (4, 4));
    compute(&mut queue, job(1, 0, 0), 2, 1.0);
    assert_eq!((queue.run().done, queue.lost(0, Some(1))), (0, None));
    // Removed while with the worker and brought back: its answer still serves.
    send(&mut queue, 0, 4, 0.0);
    queue.cancel(&[2].into());
    queue.add([(2, vec![0, 1])]);
    answer(&mut queue, job(2, 0, 0), Vec::new(), false, 1.0);
    assert_eq!(queue.waiting(), [2], "a refusal is for the request that was forgotten");
    compute(&mut queue, job(2, 0, 0), 2, 1.0);
    (0..5).filter(|id| [0, 3, 4].contains(id)).for_each(|id| compute(&mut queue, job(id, 0, 0), 1, 1.0));
    assert_eq!((send(&mut queue, 0, 9, 1.0), queue.len()), (vec![(2, 1)], 1));
}

#[test]
fn an_image_that_is_known_needs_what_its_content_lacks() {
    let mut queue = of(0..3, 3);
    send(&mut queue, 0, 9, 0.0);
    answer(&mut queue, job(0, 0, 0), Vec::new(), false, 1.0);
    answer(&mut queue, job(1, 0, 0), vec![2], false, 1.0);
    answer(&mut queue, job(2, 0, 0), vec![0, 1, 2], true, 1.0);
    assert_eq!(send(&mut queue, 0, 9, 1.0), [(2, 1), (1, 2)], "and the same work never comes again");
    assert_eq!((queue.run().done, queue.run().stages[1].done), (1, 2));
}

#[test]
fn other_settings_begin_another_run() {
    let mut queue = of(0..6, 2);
    send(&mut queue, 0, 4, 0.0);
    queue.prefer(vec![5]);
    queue.replace([(3, vec![1]), (5, vec![1])]);
    assert_eq!((queue.waiting(), queue.run().done, queue.run().total), (vec![3, 5], 0, 2));
    assert_eq!((queue.run().stages[1].pace(), queue.in_flight()), (None, 0));
    assert_eq!(send(&mut queue, 0, 1, 0.0), [(5, 1)]);
}
