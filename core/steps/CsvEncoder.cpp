// SPDX-License-Identifier: MIT
#include "steps/CsvEncoder.h"

#include <algorithm>

namespace millrace {

CsvEncoder::CsvEncoder(char delimiter)
    : m_delimiter(delimiter)
    , m_quotesNumbers(std::string_view("0123456789+-.eInfityNa").find(delimiter) != std::string_view::npos)
    , m_mustQuote{}
{
    for (const char c : {delimiter, '"', '\r', '\n'})
        m_mustQuote[static_cast<unsigned char>(c)] = true;
}

void CsvEncoder::appendHeader(std::string &text, const Schema &schema) const
{
    for (size_t i = 0; i < schema.size(); ++i) {
        if (i > 0)
            text += m_delimiter;
        appendText(text, schema.field(i).name);
    }
    text += '\n';
}

void CsvEncoder::appendItems(std::string &text, const Batch &batch) const
{
    const size_t columns = batch.columnCount();
    for (size_t row = 0; row < batch.size(); ++row) {
        for (size_t column = 0; column < columns; ++column) {
            appendField(text, batch.column(column), row);
            text += m_delimiter;
        }
        if (columns > 0)
            text.back() = '\n';
        else
            text += '\n';
    }
}

void CsvEncoder::appendItem(std::string &text,
                            const Batch &batch,
                            size_t row,
                            std::span<const std::optional<size_t>> columns) const
{
    for (size_t i = 0; i < columns.size(); ++i) {
        if (i > 0)
            text += m_delimiter;
        if (columns[i])
            appendField(text, batch.column(*columns[i]), row);
    }
    text += '\n';
}

void CsvEncoder::appendField(std::string &text, const Column &column, size_t row) const
{
    if (column.isNull(row))
        return;
    if (column.type() == ColumnType::Text)
        return appendText(text, column.text(row));
    if (column.type() == ColumnType::Any || m_quotesNumbers)
        return appendText(text, toPlain(column.value(row)));
    if (column.type() == ColumnType::Integer)
        appendInteger(text, column.integers()[row]);
    else
        appendNumber(text, column.reals()[row]);
}

void CsvEncoder::appendText(std::string &text, std::string_view field) const
{
    const bool isBare = !field.empty() && std::none_of(field.begin(), field.end(), [this](char c) {
        return m_mustQuote[static_cast<unsigned char>(c)];
    });
    if (isBare) {
        text += field;
        return;
    }
    text += '"';
    for (size_t at = 0; at < field.size();) {
        const size_t quote = std::min(field.find('"', at), field.size());
        text += field.substr(at, quote - at);
        if (quote < field.size())
            text += "\"\"";
        at = quote + 1;
    }
    text += '"';
}

} // namespace millrace
