// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace millrace {

/// Something of the library's own: a database, a connection, a chunk of rows. Who has it gives it back by the function for that.
using DuckDbHandle = void *;

/// A result as the library's interface lays it out, for it is passed by value. Only the library looks into it.
struct DuckDbResult
{
    uint64_t counts[3] = {0, 0, 0};
    void *columns = nullptr;
    char *message = nullptr;
    void *rows = nullptr;
};

using DuckDbCall = void (*)(DuckDbHandle);                ///< what a table function does at its beginnings
using DuckDbFill = void (*)(DuckDbHandle, DuckDbHandle);  ///< and for each chunk
inline constexpr int DuckDbSuccess = 0, DuckDbFailed = 1; ///< what its functions return
inline constexpr int DuckDbReady = 0, DuckDbNotReady = 1; ///< what pending_execute_task() returns
inline constexpr int DuckDbBroken = 2, DuckDbNoTasks = 3; ///< the same
inline constexpr int DuckDbSelect = 1;                    ///< what prepared_statement_type() returns

// What Millrace calls of the library's C interface (https://duckdb.org/docs/stable/clients/c/api), by its names there without "duckdb_":
// F(name, what it returns, what it takes).
// clang-format off
#define MILLRACE_DUCKDB_FUNCTIONS(F) \
    F(library_version, const char *, ()) \
    F(open_ext, int, (const char *path, DuckDbHandle *database, DuckDbHandle config, char **problem)) \
    F(close, void, (DuckDbHandle *database)) \
    F(connect, int, (DuckDbHandle database, DuckDbHandle *connection)) \
    F(disconnect, void, (DuckDbHandle *connection)) \
    F(interrupt, void, (DuckDbHandle connection)) \
    F(create_config, int, (DuckDbHandle *config)) \
    F(set_config, int, (DuckDbHandle config, const char *name, const char *value)) \
    F(destroy_config, void, (DuckDbHandle *config)) \
    F(free, void, (void *memory)) \
    F(query, int, (DuckDbHandle connection, const char *sql, DuckDbResult *result)) \
    F(destroy_result, void, (DuckDbResult *result)) \
    F(result_error, const char *, (DuckDbResult *result)) \
    F(column_count, uint64_t, (DuckDbResult *result)) \
    F(column_name, const char *, (DuckDbResult *result, uint64_t column)) \
    F(column_logical_type, DuckDbHandle, (DuckDbResult *result, uint64_t column)) \
    F(fetch_chunk, DuckDbHandle, (DuckDbResult result)) \
    F(extract_statements, uint64_t, (DuckDbHandle connection, const char *sql, DuckDbHandle *statements)) \
    F(extract_statements_error, const char *, (DuckDbHandle statements)) \
    F(prepare_extracted_statement, int, (DuckDbHandle connection, DuckDbHandle statements, uint64_t index, DuckDbHandle *statement)) \
    F(destroy_extracted, void, (DuckDbHandle *statements)) \
    F(prepare_error, const char *, (DuckDbHandle statement)) \
    F(prepared_statement_type, int, (DuckDbHandle statement)) \
    F(nparams, uint64_t, (DuckDbHandle statement)) \
    F(destroy_prepare, void, (DuckDbHandle *statement)) \
    F(pending_prepared_streaming, int, (DuckDbHandle statement, DuckDbHandle *pending)) \
    F(pending_execute_task, int, (DuckDbHandle pending)) \
    F(pending_error, const char *, (DuckDbHandle pending)) \
    F(execute_pending, int, (DuckDbHandle pending, DuckDbResult *result)) \
    F(destroy_pending, void, (DuckDbHandle *pending)) \
    F(appender_create, int, (DuckDbHandle connection, const char *schema, const char *table, DuckDbHandle *appender)) \
    F(append_data_chunk, int, (DuckDbHandle appender, DuckDbHandle chunk)) \
    F(appender_close, int, (DuckDbHandle appender)) \
    F(appender_error, const char *, (DuckDbHandle appender)) \
    F(appender_destroy, int, (DuckDbHandle *appender)) \
    F(create_data_chunk, DuckDbHandle, (DuckDbHandle *types, uint64_t columns)) \
    F(destroy_data_chunk, void, (DuckDbHandle *chunk)) \
    F(data_chunk_reset, void, (DuckDbHandle chunk)) \
    F(data_chunk_get_size, uint64_t, (DuckDbHandle chunk)) \
    F(data_chunk_set_size, void, (DuckDbHandle chunk, uint64_t rows)) \
    F(data_chunk_get_vector, DuckDbHandle, (DuckDbHandle chunk, uint64_t column)) \
    F(vector_size, uint64_t, ()) \
    F(vector_get_data, void *, (DuckDbHandle vector)) \
    F(vector_get_validity, uint64_t *, (DuckDbHandle vector)) \
    F(vector_ensure_validity_writable, void, (DuckDbHandle vector)) \
    F(vector_assign_string_element_len, void, (DuckDbHandle vector, uint64_t row, const char *text, uint64_t length)) \
    F(list_vector_get_child, DuckDbHandle, (DuckDbHandle vector)) \
    F(list_vector_get_size, uint64_t, (DuckDbHandle vector)) \
    F(list_vector_reserve, int, (DuckDbHandle vector, uint64_t rows)) \
    F(list_vector_set_size, int, (DuckDbHandle vector, uint64_t rows)) \
    F(struct_vector_get_child, DuckDbHandle, (DuckDbHandle vector, uint64_t member)) \
    F(array_vector_get_child, DuckDbHandle, (DuckDbHandle vector)) \
    F(create_logical_type, DuckDbHandle, (int type)) \
    F(create_list_type, DuckDbHandle, (DuckDbHandle element)) \
    F(create_struct_type, DuckDbHandle, (DuckDbHandle *types, const char **names, uint64_t members)) \
    F(destroy_logical_type, void, (DuckDbHandle *type)) \
    F(get_type_id, int, (DuckDbHandle type)) \
    F(decimal_scale, uint8_t, (DuckDbHandle type)) \
    F(decimal_internal_type, int, (DuckDbHandle type)) \
    F(enum_internal_type, int, (DuckDbHandle type)) \
    F(enum_dictionary_size, uint32_t, (DuckDbHandle type)) \
    F(enum_dictionary_value, char *, (DuckDbHandle type, uint64_t index)) \
    F(list_type_child_type, DuckDbHandle, (DuckDbHandle type)) \
    F(array_type_child_type, DuckDbHandle, (DuckDbHandle type)) \
    F(array_type_array_size, uint64_t, (DuckDbHandle type)) \
    F(map_type_key_type, DuckDbHandle, (DuckDbHandle type)) \
    F(map_type_value_type, DuckDbHandle, (DuckDbHandle type)) \
    F(struct_type_child_count, uint64_t, (DuckDbHandle type)) \
    F(struct_type_child_name, char *, (DuckDbHandle type, uint64_t member)) \
    F(struct_type_child_type, DuckDbHandle, (DuckDbHandle type, uint64_t member)) \
    F(create_table_function, DuckDbHandle, ()) \
    F(table_function_set_name, void, (DuckDbHandle function, const char *name)) \
    F(table_function_set_extra_info, void, (DuckDbHandle function, void *extra, DuckDbCall destroy)) \
    F(table_function_set_bind, void, (DuckDbHandle function, DuckDbCall bind)) \
    F(table_function_set_init, void, (DuckDbHandle function, DuckDbCall init)) \
    F(table_function_set_function, void, (DuckDbHandle function, DuckDbFill fill)) \
    F(register_table_function, int, (DuckDbHandle connection, DuckDbHandle function)) \
    F(destroy_table_function, void, (DuckDbHandle *function)) \
    F(bind_get_extra_info, void *, (DuckDbHandle info)) \
    F(bind_add_result_column, void, (DuckDbHandle info, const char *name, DuckDbHandle type)) \
    F(init_set_max_threads, void, (DuckDbHandle info, uint64_t threads)) \
    F(function_get_extra_info, void *, (DuckDbHandle info)) \
    F(function_set_error, void, (DuckDbHandle info, const char *message))

/// The functions of a library that was opened, all of them there. Safe on any thread, as far as what they are called with is.
struct DuckDbFunctions
{
#define MILLRACE_DUCKDB_MEMBER(name, returned, taken) returned(*name) taken = nullptr;
    MILLRACE_DUCKDB_FUNCTIONS(MILLRACE_DUCKDB_MEMBER)
#undef MILLRACE_DUCKDB_MEMBER
};
// clang-format on

} // namespace millrace
