// SPDX-License-Identifier: MIT
#include "streaming/data/ItemCollector.h"

#include <algorithm>
#include <numeric>

namespace millrace {

namespace {

/// The name without the prefix that toColumns() gave an expected output because a data input has it.
std::string ownName(const Schema &schema, const Field &field)
{
    if (field.role != Role::ExpectedOutput)
        return field.name;
    std::string name = field.name;
    while (name.starts_with(ExpectedPrefix)) {
        const std::string shorter = name.substr(ExpectedPrefix.size());
        const auto other = schema.find(shorter);
        if (!other)
            return name;
        name = shorter;
    }
    return name;
}

} // namespace

ItemCollector::Layout ItemCollector::makeLayout(const SchemaPtr &schema)
{
    Layout layout{schema, {}};
    for (size_t i = 0; i < schema->size(); ++i) {
        Field field = schema->field(i);
        field.name = ownName(*schema, field);
        const auto same = std::find_if(m_targets.begin(), m_targets.end(), [&](const Target &target) {
            return target.field.name == field.name && target.field.role == field.role;
        });
        layout.targets.push_back(size_t(same - m_targets.begin()));
        if (same != m_targets.end())
            continue;
        Column column(columnTypeFor(field.type));
        for (size_t row = 0; row < m_size; ++row)
            column.appendNull();
        m_targets.push_back({std::move(field), std::move(column)});
    }
    return layout;
}

/// Puts the layout for that schema in front.
void ItemCollector::useSchema(const SchemaPtr &schema)
{
    const auto known =
        std::find_if(m_layouts.begin(), m_layouts.end(), [&](const Layout &layout) { return layout.schema == schema; });
    if (known != m_layouts.end()) {
        std::rotate(m_layouts.begin(), known, known + 1);
        return;
    }
    if (m_layouts.size() == MostLayouts)
        m_layouts.pop_back();
    m_layouts.insert(m_layouts.begin(), makeLayout(schema));
}

void ItemCollector::add(const Batch &batch)
{
    const size_t count = batch.size();
    if (batch.schema() && (m_layouts.empty() || batch.schema() != m_layouts.front().schema))
        useSchema(batch.schema());
    if (count == 0)
        return;
    const std::vector<size_t> &places = m_layouts.front().targets;
    for (size_t i = 0; i < places.size(); ++i) {
        Column &to = m_targets[places[i]].column;
        const Column &from = batch.column(i);
        if (to.size() == 0 && to.type() != from.type())
            to.reset(from.type());
        appendRange(to, from, 0, count);
    }
    addIds(batch);
    m_size += count;
    if (places.size() < m_targets.size())
        for (Target &target : m_targets)
            while (target.column.size() < m_size)
                target.column.appendNull();
}

void ItemCollector::addIds(const Batch &batch)
{
    if (!m_hasIds) {
        if (batch.hasImplicitIds() && !batch.hasOriginalRows() && batch.firstId() == int64_t(m_size))
            return;
        makeIdsExplicit();
    }
    if (!batch.hasImplicitIds()) {
        if (m_ids.size() == 0)
            m_ids.reset(batch.ids().type());
        appendRange(m_ids, batch.ids(), 0, batch.size());
        return;
    }
    for (size_t row = 0; row < batch.size(); ++row)
        m_ids.append(Value(batch.firstId() + int64_t(batch.originalRow(row))));
}

void ItemCollector::makeIdsExplicit()
{
    m_ids.reset(ColumnType::Integer);
    m_ids.resize(m_size);
    const auto ids = m_ids.integersToChange();
    std::iota(ids.begin(), ids.end(), 0);
    m_hasIds = true;
}

void ItemCollector::add(const DataContainer &items)
{
    if (auto batch = items.toBatch())
        add(**batch);
}

DataContainer ItemCollector::take()
{
    DataContainer result;
    if (!m_hasIds)
        makeIdsExplicit();
    result.ids = DataList(std::move(m_ids));
    for (const Role role : {Role::DataInput, Role::ExpectedOutput}) {
        DataList &list = role == Role::DataInput ? result.dataInputs : result.expectedOutputs;
        const std::string_view plainName = role == Role::DataInput ? ValueField : ExpectedField;
        const auto fields = std::count_if(m_targets.begin(), m_targets.end(),
                                          [&](const Target &target) { return target.field.role == role; });
        for (Target &target : m_targets) {
            if (target.field.role != role)
                continue;
            const bool isPlain = fields == 1 && target.field.name == plainName;
            list.addColumn(isPlain ? std::string() : target.field.name, std::move(target.column));
        }
    }
    result.dataInputs.setSize(m_size);
    *this = ItemCollector();
    return result;
}

} // namespace millrace
