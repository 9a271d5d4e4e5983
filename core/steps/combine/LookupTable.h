// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "steps/keys/KeyTable.h"
#include "steps/StepType.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// A table that is read whole, to find rows by some of its fields. Read-only once it is made, so safe on all threads.
class LookupTable
{
public:
    static constexpr uint64_t MostBytes = 1ull << 30; ///< of all that it holds

    /// How the last of the keys is compared; the others always have to be equal. Null is equal to nothing.
    enum class Match : uint8_t {
        Exact,
        Range, ///< the greatest that is not above the wanted one, of the same type
        Prefix ///< the longest that the wanted text begins with
    };
    struct Settings
    {
        std::string file = {};                                ///< where the table is, or else:
        std::string database = {}, query = {}, password = {}; ///< what gives its rows
        std::vector<std::string> keys = {};
        std::vector<std::string> fields = {}; ///< that are kept; none: all but the keys
        Match match = Match::Exact;
        bool ignoresCase = false;
    };
    /// Where somebody looks rows up: memory that is used again. One thread at a time.
    struct Seeker
    {
        std::vector<const Column *> columns; ///< of the batch at hand: a key's each; null: the batch hasn't got one
        std::string key;
    };

    /// Reads the file as the source that fits it does. Says in the run's log that keys are there twice, of which the first counts. Fails with
    /// a sentence that names the file: where it can't be read, a record is wrong, a field isn't there, or there is too much.
    static Result<std::shared_ptr<const LookupTable>> read(const Settings &settings, const StepContext &context);
    /// The source that gives the table's rows, to be asked what its fields are, or opened. Fails with a sentence.
    static Result<std::unique_ptr<Step>> sourceFor(const Settings &settings, const std::string &folder);
    /// "The table "kinds.csv"", or the query's database.
    static std::string nameOf(const Settings &settings);
    /// What its fields are when that is all there are; null: not known. `fields` as in Settings.
    static std::vector<Field> keptFields(const Schema &all,
                                         const std::vector<std::string> &keys,
                                         const std::vector<std::string> &fields);

    size_t size() const { return m_rows; }
    /// That are kept, and the values of each.
    const std::vector<Field> &fields() const { return m_kept; }
    const Column &column(size_t field) const { return m_columns[field]; }
    /// The row of the table that fits the seeker's row.
    std::optional<uint32_t> find(Seeker &seeker, uint32_t row) const;

private:
    explicit LookupTable(Settings settings) : m_settings(std::move(settings)) {}
    Result<> readAll(Source &source, const StepContext &context);
    Result<> add(const Batch &batch);
    void addColumns(const Schema &schema);
    Result<> putInOrder();
    Result<> makeIndex(const StepContext &context);
    bool addKey(std::string &key, const Value &last, uint32_t row);
    size_t sortParts();
    std::optional<uint32_t> findPrefix(std::string &key, std::string_view text) const;
    std::optional<uint32_t> findRange(const std::string &key, const Value &value) const;
    /// The bytes of the keys that have to be equal. False: one is null.
    bool makeKey(std::string &key, std::span<const Column *const> columns, uint32_t row) const;
    Value lastKey(std::span<const Column *const> columns, uint32_t row) const;
    std::string named(const std::string &sentence) const;

    Settings m_settings;
    std::vector<Field> m_fields; ///< while it is read: of the columns
    std::vector<Field> m_kept;
    std::vector<Column> m_columns;      ///< of the kept fields, then of the keys
    std::vector<const Column *> m_keys; ///< the latter
    uint32_t m_rows = 0;

    KeyTable m_table;
    std::vector<uint32_t> m_rowOf;                                 ///< of each key, where all are compared exactly
    std::vector<std::vector<std::pair<Value, uint32_t>>> m_ranges; ///< of each key: where ranges begin, in order
    std::vector<size_t> m_lengths;                                 ///< of prefixes, the longest first
};

} // namespace millrace
