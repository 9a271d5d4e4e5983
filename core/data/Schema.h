// SPDX-License-Identifier: MIT
#pragma once

#include "data/ColumnType.h"
#include "data/Value.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// What a field is to a step: what it works on, or what a fitted step should learn to say.
enum class Role : uint8_t { DataInput, ExpectedOutput };

/// Name, type and role of one field. `type` is Null where it is not known or mixed.
struct Field
{
    std::string name;
    ValueType type = ValueType::Null;
    Role role = Role::DataInput;

    bool operator==(const Field &) const = default;
};

/// The fields of a stream: one for all its batches, immutable, shared between threads.
/// Names are unique within a schema and are resolved to column numbers once, never per item.
class Schema
{
public:
    Schema() = default;
    explicit Schema(std::vector<Field> fields, bool isOpen = false);

    size_t size() const { return m_fields.size(); }
    const std::vector<Field> &fields() const { return m_fields; }
    const Field &field(size_t column) const { return m_fields[column]; }
    /// How the values of each field are packed where they are of its type.
    std::span<const ColumnType> columnTypes() const { return m_columnTypes; }
    std::optional<size_t> find(std::string_view name) const;
    /// The names, joined by ", ": for messages that say which fields there are.
    std::string names() const;
    /// The name that looks most like this one, or empty: see nearestName().
    std::string nearest(std::string_view name) const;

    /// Whether later items may have fields beside these, as lines of JSON do: then a name that isn't among them may still come.
    bool isOpen() const { return m_isOpen; }
    /// These fields, of items that are as open as this one's: for steps that change fields.
    std::shared_ptr<const Schema> with(std::vector<Field> fields) const
    {
        return std::make_shared<const Schema>(std::move(fields), m_isOpen);
    }

    bool operator==(const Schema &) const = default;

private:
    std::vector<Field> m_fields;
    std::vector<ColumnType> m_columnTypes;
    bool m_isOpen = false;
};

using SchemaPtr = std::shared_ptr<const Schema>;

/// The field that holds an item which is a plain value or a list, and the one for its expected output.
inline constexpr std::string_view ValueField = "value";
inline constexpr std::string_view ExpectedField = "expected";

} // namespace millrace
