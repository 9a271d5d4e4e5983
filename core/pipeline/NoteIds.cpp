// SPDX-License-Identifier: MIT
#include "pipeline/NoteIds.h"

#include <set>
#include <utility>
#include <vector>

namespace millrace {

namespace {

template <class T>
void complete(std::vector<T> &entries, std::string_view word)
{
    std::set<std::string> ids;
    for (T &entry : entries)
        if (!entry.id.empty() && !ids.insert(entry.id).second)
            entry.id.clear();
    for (size_t i = 0; i < entries.size(); ++i) {
        if (!entries[i].id.empty())
            continue;
        std::string id = idOfPlace(word, i);
        for (size_t further = entries.size(); !ids.insert(id).second; ++further)
            id = idOfPlace(word, further);
        entries[i].id = std::move(id);
    }
}

} // namespace

void completeNoteIds(Pipeline &pipeline)
{
    complete(pipeline.notes, NoteWord);
    complete(pipeline.frames, FrameWord);
}

std::string idOfPlace(std::string_view word, size_t index)
{
    return std::string(word) + std::to_string(index + 1);
}

} // namespace millrace
