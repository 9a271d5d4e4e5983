// SPDX-License-Identifier: MIT
#pragma once

#include "data/Column.h"
#include "data/Value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// What a part of an expression is for all rows of a batch: packed numbers, truths or texts, or Values where types are
/// mixed; or one constant for all. Points into the batch where it can; keeps its own memory from batch to batch.
class Operand
{
public:
    enum class Kind : uint8_t { Number, Boolean, Text, Any };

    Operand() = default;
    Operand(const Operand &) = delete; // its pointers lead into its own memory
    Operand &operator=(const Operand &) = delete;
    Operand(Operand &&) noexcept = default;
    Operand &operator=(Operand &&) noexcept = default;

    Kind kind() const { return m_kind; }
    bool isConstant() const { return m_isConstant; }
    const Value &constant() const { return m_constant; }

    void setConstant(Value value);
    /// Points into the column, which must stay as it is while the operand is used.
    void setColumn(const Column &column);
    // The memory to be filled, one entry a row; no row is null yet.
    double *setNumbers(size_t rows);
    uint8_t *setBooleans(size_t rows);
    Value *setValues(size_t rows);
    /// To be filled by appendText() and appendNull().
    void setTexts(size_t rows);
    std::string &arena() { return m_arena; }
    /// What was put into the arena since the last one is the next row's text.
    void finishText();
    void appendText(std::string_view text)
    {
        m_arena.append(text);
        finishText();
    }
    void appendNull() { m_refs.push_back({0, TextRef::Null}); }
    /// The texts of that many rows of another operand, nulls and all, one behind the other.
    void copyTexts(const Operand &other, size_t rows);
    /// One byte a row, all 0 at first; for Number and Boolean.
    uint8_t *setNulls();

    const double *numbers() const { return m_numbers; }
    double constantNumber() const { return m_constantNumber; }
    double number(size_t row) const { return m_isConstant ? m_constantNumber : m_numbers[row]; }
    bool boolean(size_t row) const { return m_isConstant ? m_constant.toBoolean() : m_booleans[row] != 0; }
    /// Null: no row is null.
    const uint8_t *nulls() const { return m_nulls; }
    std::string_view text(size_t row) const
    {
        if (m_column)
            return m_column->text(row);
        if (m_isConstant)
            return m_constant.toText();
        const TextRef ref = m_refs[row];
        return ref.length == TextRef::Null ? std::string_view()
                                           : std::string_view(m_arena).substr(ref.offset, ref.length);
    }
    bool isNull(size_t row) const;
    bool hasNulls() const;
    bool isTruthy(size_t row) const;
    /// A number is a real, or an integer where that has more digits than a real.
    Value value(size_t row) const;

    /// Fills a column of the type that fits, with so many rows (which a constant doesn't know).
    void copyTo(Column &column, size_t rows) const;
    /// One byte a row: isTruthy().
    void copyTruth(std::vector<uint8_t> &truth, size_t rows) const;

private:
    void reset(Kind kind, size_t rows);

    Kind m_kind = Kind::Any;
    bool m_isConstant = false;
    size_t m_rows = 0;
    Value m_constant;
    double m_constantNumber = 0;
    const double *m_numbers = nullptr;
    const uint8_t *m_booleans = nullptr;
    const Value *m_values = nullptr;
    const uint8_t *m_nulls = nullptr;
    const Column *m_column = nullptr; ///< of texts
    std::vector<double> m_numberMemory;
    std::vector<uint8_t> m_booleanMemory, m_nullMemory;
    std::vector<Value> m_valueMemory;
    std::vector<TextRef> m_refs;
    std::string m_arena;
    size_t m_textBegin = 0;
};

/// Fills `column` with these values, as packed numbers or texts where all are of that type.
void fillColumn(Column &column, size_t rows, const Value *values);

} // namespace millrace
