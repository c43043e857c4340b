"""The known hazards of Chroma 1.5.9 and the tests that show each one closed; `docs/scaling.md` shows this list."""

from __future__ import annotations

_SERVER = "test_a_foreign_collection_of_that_name_is_not_used_and_is_replaced_by_a_build"
HAZARDS: dict[str, tuple[str, ...]] = {
    "The default space is l2, in which scores and thresholds mean nothing": (
        "test_the_space_is_cosine_and_not_the_default",
        "test_how_near_a_row_is_comes_from_our_own_vectors_and_not_from_the_store",
        f"{_SERVER}[another space]",
    ),
    "An embedding function is kept with the collection, conflicts at reopening, or downloads a model": (
        "test_no_embedding_function_is_attached_that_could_download_a_model",
        "test_a_query_has_no_filter_that_chroma_could_refuse_and_no_text_that_it_would_embed",
        "test_filling_writes_once_and_the_second_time_nothing",
    ),
    "Nothing says which model made the vectors": (
        "test_the_collection_says_which_model_and_corpus_it_was_made_from",
        "test_another_embedding_model_is_a_fault_that_names_the_command",
        f"{_SERVER}[another model]",
    ),
    "`add` on a known id says nothing and keeps the old vector": ("test_filling_twice_replaces_what_was_there",),
    "The same id twice in one call is an error": (
        "test_every_row_is_sent_once_under_its_own_name_also_when_vectors_are_equal",
    ),
    "`get_or_create_collection` ignores new metadata": (f"{_SERVER}[no metadata]", f"{_SERVER}[another model]"),
    "Names of collections are 3–512 of `[a-zA-Z0-9._-]`, so never Chinese": (
        "test_the_name_of_the_collection_is_one_that_chroma_takes",
        "test_the_name_of_the_collection_is_one_that_chroma_takes_whatever_the_model_is_called",
    ),
    "Vectors of another dimension raise": (
        "test_a_store_with_vectors_of_another_length_is_not_used",
        f"{_SERVER}[another dimension]",
    ),
    "An empty `where` is an error": (
        "test_a_query_has_no_filter_that_chroma_could_refuse_and_no_text_that_it_would_embed",
    ),
    "An open client counts all rows and finds one of ten after another process wrote": (
        "test_a_reader_is_right_after_another_process_wrote_to_the_store",
        "test_a_store_that_fails_or_returns_too_little_is_answered_for_by_exact_search",
    ),
    "Several writers end in a crash or a hang of the next reader": (
        "test_a_build_beside_a_running_one_is_refused_and_one_after_a_killed_one_goes_on",
        "test_two_threads_cannot_build_at_once",
    ),
    "Index files lost or unreadable (`Error loading hnsw index`, panics of the Rust core)": (
        "test_a_store_that_fails_or_returns_too_little_is_answered_for_by_exact_search",
        "test_a_damaged_graph_of_the_vector_store_is_not_opened_and_changes_no_answer",
        "test_a_damaged_database_of_the_vector_store_changes_no_answer",
    ),
    "A graph above about 1,000 vectors does not survive a restart of the server": (
        "test_three_processes_go_on_answering_exactly_while_the_server_is_killed_and_restarted",
    ),
    "A low `sync_threshold` loses graphs": ("test_the_store_is_not_made_to_write_its_graph_too_often",),
    "Without `close()`, a path written anew is `a readonly database`": (
        "test_a_store_can_be_written_anew_in_the_same_place_while_an_old_reader_is_there",
    ),
    "`Cannot return the results in a contiguous 2D array`": ("test_every_row_can_be_asked_for_at_once",),
    "The HTTP client has no time limit": ("test_a_server_that_hangs_is_answered_for_and_used_again_when_it_goes_on",),
    "The server has no accounts since 1.0; a token is a header for a gateway": (
        "test_the_token_is_sent_with_every_call_and_stands_in_no_log_state_or_fault",
        "test_a_token_is_not_sent_unencrypted_to_another_machine",
    ),
}
