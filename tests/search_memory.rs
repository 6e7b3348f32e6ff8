//! The search's memory, counted: it must not grow with the bank.

#[path = "common/counting.rs"]
mod counting;

use counting::peak;
use mycoscope::random::{Purpose, Stream};
use mycoscope::segmentation::{Rows, nearest, search_memory};

const DIM: usize = 192;
const QUERIES: usize = 512;
const K: usize = 90;

fn rows(count: usize, lane: u32) -> Rows {
    let mut stream = Stream::new(0, Purpose::Sample, lane);
    Rows::new(DIM, (0..count * DIM).map(|_| stream.range(-1.0, 1.0)).collect())
}

#[test]
fn the_search_takes_no_more_memory_for_a_larger_bank() {
    let queries = rows(QUERIES, 0);
    let takes = |size: usize| {
        let bank = rows(size, 1);
        peak(|| assert_eq!(nearest(&[queries.view(); 2], &[bank.view(); 2], K).len(), 2))
    };
    let promised = search_memory(QUERIES, K, 2);
    // No more than there are blocks of queries.
    let cores = std::thread::available_parallelism().unwrap().get().min(QUERIES / 128);
    let mut largest = 0;
    for size in [4_096, 65_536] {
        let taken = takes(size);
        println!("{size} patches: {taken} bytes, {promised} promised");
        assert!(taken * 10 <= promised * 11, "a bank of {size} takes {taken} bytes, where {promised} are promised");
        largest = largest.max(taken);
    }
    // How many cores really take part depends on what else the machine does. Only the first search is charged for the matrix
    // product's copies: their memory is kept for the next.
    assert!(largest * cores * 11 >= promised * 10, "at most {largest} bytes are taken, far below {promised}");
}
