#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| bacasable_fuzz::run("recette", input));
