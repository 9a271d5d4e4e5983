// SPDX-License-Identifier: MIT
#pragma once

#include "formats/csv/CsvEncoder.h"
#include "steps/write/SinkFile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace millrace {

/// A CSV file, which gets further fields as items come that have some: their records are longer then, and when the file is finished
/// it is written once more, with all fields in the header and as many in each record. Where no fields come late nothing is written
/// twice. What is read along while it grows can't get any: items with a value in another field fail.
class CsvFile final : public SinkFile
{
public:
    /// `hasHeader`: the first record names the fields.
    CsvFile(CsvEncoder encoder, bool hasHeader) : m_encoder(std::move(encoder)), m_hasHeader(hasHeader) {}

    Result<> open(const std::string &path, const ResultForm &form) override;
    Result<> openAgain(const std::string &path, const ResultForm &form, const Value &checkpoint) override;
    Result<Members> checkpoint() override;
    bool keepsCheckpoint() const override
    {
        return m_widths.size() <= 1;
    } // else it is written once more, with all fields
    Result<> write(Batch &batch, std::span<const uint32_t> rows, std::string_view text) override;
    Result<> settle() override;
    std::string abandon() override;

private:
    /// How the items of a schema become records.
    struct Plan
    {
        SchemaPtr schema;
        bool isInOrder = false; ///< its fields are the first ones of the file: else `columns` says where these are
        std::vector<std::optional<size_t>> columns;
        std::vector<size_t> others; ///< fields that the file lacks
    };

    Result<> readOlder();
    Result<> begin(const Schema &schema);
    void planFor(const SchemaPtr &schema);
    bool addFields(const Batch &batch, std::span<const uint32_t> rows);
    Result<> writeInOrder(std::string_view text, size_t rows);
    Result<> writeRearranged(Batch &batch, std::span<const uint32_t> rows);
    void failRow(Batch &batch, size_t row, size_t column) const;
    Result<> lengthenAll();
    bool hasQuotes() const { return m_encoder.form().quotes != CsvQuotes::Never; }
    /// That many empty fields more.
    std::string moreFields(size_t count) const;

    CsvEncoder m_encoder;
    bool m_hasHeader;
    bool m_hasBegun = false;
    std::vector<std::string> m_names;
    std::unordered_map<std::string, size_t> m_places; ///< of the names
    /// Records from that one on have so many fields. Both ascend.
    std::vector<std::pair<uint64_t, size_t>> m_widths;
    uint64_t m_records = 0;      ///< without the header
    bool m_hasEmptyText = false; ///< among records of a single field, where null looks alike
    Plan m_plan;
};

} // namespace millrace
