// SPDX-License-Identifier: MIT
#include "streaming/DataContainer.h"

#include "data/errors/ExceptionError.h"
#include "pipeline/file/FileShapeCheck.h"
#include "streaming/data/ItemCollector.h"

#include <algorithm>

namespace millrace {

namespace {

Result<> checkList(const DataList &list, const char *name)
{
    if (list.isValid())
        return {};
    return failure(ErrorKind::Data, std::string("The fields of \"") + name
                                        + "\" are not equally long; give each the same number of values.");
}

std::string lengthText(const char *name, size_t length, size_t items)
{
    return std::string("\"") + name + "\" has " + std::to_string(length) + " entries, \"dataInputs\" has "
           + std::to_string(items) + "; they must have the same length.";
}

/// The fields of one role, under names that no other field has.
void addFields(const DataList &list,
               Role role,
               std::string_view plainName,
               size_t count,
               std::vector<Field> &fields,
               ContainerColumns &to)
{
    const auto isTaken = [&](const std::string &name) {
        return std::any_of(fields.begin(), fields.end(), [&](const Field &field) { return field.name == name; });
    };
    const auto add = [&](std::string name, const Column &column) {
        while (isTaken(name))
            name.insert(0, ExpectedPrefix);
        ValueType type = ValueType::Null;
        switch (column.type()) {
        case ColumnType::Integer: type = ValueType::Integer; break;
        case ColumnType::Real: type = ValueType::Real; break;
        case ColumnType::Text: type = ValueType::Text; break;
        case ColumnType::Any: break;
        }
        fields.push_back({std::move(name), type, role});
        to.columns.push_back(column);
    };
    for (const auto &[name, column] : list.columns())
        add(name.empty() ? std::string(plainName) : name, column);
    if (list.columns().empty()) {
        Column column(ColumnType::Any);
        column.resize(count);
        add(std::string(plainName), column);
    }
}

/// The fields of both lists. Those of the second have `prefix` where the first has one of that name.
DataList sideBySide(const DataList &first,
                    const DataList &second,
                    std::string_view plainName,
                    const std::string &prefix)
{
    DataList both;
    const auto nameOf = [&](const DataList::NamedColumn &one) {
        return one.name.empty() ? std::string(plainName) : one.name;
    };
    for (const auto &one : first.columns())
        both.addColumn(nameOf(one), one.column);
    for (const auto &one : second.columns()) {
        std::string name = nameOf(one);
        while (both.column(name))
            name.insert(0, prefix + '.');
        both.addColumn(std::move(name), one.column);
    }
    return both;
}

} // namespace

Result<> DataContainer::check() const
{
    for (const auto &[list, name] :
         {std::pair(&ids, "ids"), std::pair(&dataInputs, "dataInputs"), std::pair(&expectedOutputs, "expectedOutputs")})
        if (auto checked = checkList(*list, name); !checked)
            return checked;
    if (!ids.isEmpty() && ids.size() != size())
        return failure(ErrorKind::Data, lengthText("ids", ids.size(), size()));
    if (!ids.isPlain())
        return failure(ErrorKind::Data, "\"ids\" are records; an id is a plain value, such as a number or a text.");
    if (!expectedOutputs.isEmpty() && expectedOutputs.size() != size())
        return failure(ErrorKind::Data, lengthText("expectedOutputs", expectedOutputs.size(), size()));
    return {};
}

DataContainer DataContainer::slice(size_t first, size_t count) const
{
    count = std::min(count, size() - std::min(first, size()));
    DataContainer part{.ids = ids.slice(first, count),
                       .dataInputs = dataInputs.slice(first, count),
                       .expectedOutputs = expectedOutputs.slice(first, count)};
    if (ids.isEmpty())
        part.ids = DataList::numbers(int64_t(first), count);
    return part;
}

DataRow DataContainer::row(size_t row) const
{
    return {id(row), dataInputs[row], hasExpectedOutputs() ? expectedOutputs[row] : Value()};
}

Result<DataContainer> DataContainer::join(const std::vector<DataContainer> &parts)
{
    return caught([&]() -> Result<DataContainer> {
        ItemCollector collector;
        bool hasIds = false;
        for (const DataContainer &part : parts) {
            if (auto checked = part.check(); !checked)
                return checked.forward();
            hasIds |= !part.ids.isEmpty();
            collector.add(part);
        }
        DataContainer all = collector.take();
        if (!hasIds)
            all.ids = {};
        return all;
    });
}

Result<DataContainer> DataContainer::zipped(const DataContainer &other, const std::string &prefix) const
{
    return caught([&]() -> Result<DataContainer> {
        for (const DataContainer *items : {this, &other})
            if (auto checked = items->check(); !checked)
                return checked.forward();
        if (size() != other.size())
            return failure(ErrorKind::Data, std::to_string(size()) + " items can't be put beside "
                                                + std::to_string(other.size()) + "; both must have the same number.");
        return DataContainer{.ids = ids.isEmpty() ? other.ids : ids,
                             .dataInputs = sideBySide(dataInputs, other.dataInputs, ValueField, prefix),
                             .expectedOutputs =
                                 !other.hasExpectedOutputs() ? expectedOutputs
                                 : !hasExpectedOutputs()
                                     ? other.expectedOutputs
                                     : sideBySide(expectedOutputs, other.expectedOutputs, ExpectedField, prefix)};
    });
}

size_t batchCountOf(size_t items, const Batching &batching)
{
    const auto size = size_t(std::max<int64_t>(batching.size, 1));
    return batching.incomplete == Incomplete::Drop ? items / size : (items + size - 1) / size;
}

Result<DataContainer> DataContainer::completed(const Batching &batching) const
{
    return caught([&]() -> Result<DataContainer> {
        if (auto checked = check(); !checked)
            return checked.forward();
        if (batching.size < 1)
            return failure(ErrorKind::Settings,
                           "The batch size is " + std::to_string(batching.size) + "; it must be 1 item or more.");
        if (std::string problem = paddingProblem(batching); !problem.empty())
            return failure(ErrorKind::Settings, std::move(problem));
        const auto size = size_t(batching.size);
        const size_t rest = this->size() % size;
        if (rest == 0 || batching.incomplete == Incomplete::Keep)
            return *this;
        if (batching.incomplete == Incomplete::Drop)
            return slice(0, this->size() - rest);
        DataContainer padded = *this;
        if (padded.ids.isEmpty())
            padded.ids = DataList::numbers(0, this->size());
        for (size_t row = rest; row < size; ++row) {
            padded.ids.append({});
            padded.dataInputs.append(batching.padDataInputs);
            if (hasExpectedOutputs())
                padded.expectedOutputs.append(batching.padExpectedOutputs);
        }
        return padded;
    });
}

Result<std::vector<DataContainer>> DataContainer::minibatches(const Batching &batching) const
{
    return caught([&]() -> Result<std::vector<DataContainer>> {
        const auto whole = completed(batching);
        if (!whole)
            return whole.forward();
        std::vector<DataContainer> batches;
        for (size_t first = 0; first < whole->size(); first += size_t(batching.size))
            batches.push_back(whole->slice(first, size_t(batching.size)));
        return batches;
    });
}

Result<ContainerColumns> DataContainer::toColumns() const
{
    return caught([&]() -> Result<ContainerColumns> {
        if (auto checked = check(); !checked)
            return checked.forward();
        ContainerColumns columns;
        columns.count = size();
        std::vector<Field> fields;
        addFields(dataInputs, Role::DataInput, ValueField, size(), fields, columns);
        if (!expectedOutputs.columns().empty())
            addFields(expectedOutputs, Role::ExpectedOutput, ExpectedField, size(), fields, columns);
        columns.schema = std::make_shared<const Schema>(std::move(fields));
        if (!ids.isEmpty()) {
            columns.hasIds = true;
            columns.ids = ids.columns().front().column;
        }
        return columns;
    });
}

Result<std::unique_ptr<Batch>> DataContainer::toBatch() const
{
    return caught([&]() -> Result<std::unique_ptr<Batch>> {
        auto columns = toColumns();
        if (!columns)
            return columns.forward();
        auto batch = std::make_unique<Batch>();
        batch->setColumns(columns->schema, std::move(columns->columns));
        batch->setSize(columns->count);
        if (columns->hasIds)
            batch->setIds(std::move(columns->ids));
        return batch;
    });
}

DataContainer DataContainer::of(const Batch &batch)
{
    ItemCollector collector;
    collector.add(batch);
    return collector.take();
}

bool DataContainer::operator==(const DataContainer &other) const
{
    if (size() != other.size() || !(dataInputs == other.dataInputs) || !(expectedOutputs == other.expectedOutputs))
        return false;
    for (size_t row = 0; row < size(); ++row)
        if (id(row) != other.id(row))
            return false;
    return true;
}

} // namespace millrace
