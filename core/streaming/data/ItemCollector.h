// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/DataContainer.h"

#include <vector>

namespace millrace {

/// Puts the items of batches, one behind the other, into one container. Costs per item are a few nanoseconds while the batches
/// have the same schema; fields that only some batches have are null in the others. One thread at a time.
class ItemCollector
{
public:
    void add(const Batch &batch);
    void add(const DataContainer &items);
    size_t size() const { return m_size; }
    /// What was added, and begins anew.
    DataContainer take();

private:
    struct Target
    {
        Field field;
        Column column;
    };
    /// Where the columns of batches with that schema belong.
    struct Layout
    {
        SchemaPtr schema;
        std::vector<size_t> targets; ///< one for each column
    };
    static constexpr size_t MostLayouts = 32;

    void useSchema(const SchemaPtr &schema);
    Layout makeLayout(const SchemaPtr &schema);
    void addIds(const Batch &batch);
    void makeIdsExplicit();

    std::vector<Target> m_targets;
    std::vector<Layout> m_layouts; ///< the last one's in front; each worker of a step may have a schema of its own
    size_t m_size = 0;
    bool m_hasIds = false; ///< else they are 0, 1, 2, …
    Column m_ids;
};

} // namespace millrace
