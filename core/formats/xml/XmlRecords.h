// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"
#include "formats/bytes/ByteSource.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// An element of a document that is an item.
struct XmlRecord
{
    Value value; ///< an object: attributes as "@name", children by their names; null where the element holds nothing
    int64_t line = 0; ///< where its tag ends, from 1
};

/// Takes the records out of an XML document as it comes, one after the other: what stands before and behind them is passed over, and
/// nothing is kept. An element without attributes and children is its text, or null where it is empty; the text of one that has some is
/// "#text"; children of one name are a list. Names keep their prefixes. Nothing is ever fetched from elsewhere, and entities that grow
/// beyond 4096 characters are refused. One thread.
class XmlRecords
{
public:
    static constexpr size_t MostOfRecord = size_t(64) << 20; ///< bytes of text and names
    static constexpr size_t MostDepth = 512;

    /// `path`: the names from the root to the records, "*" for any; empty: what is directly in the root. `from` gives UTF-8, and is
    /// borrowed.
    XmlRecords(ByteSource &from, std::vector<std::string> path);
    ~XmlRecords();

    /// Nothing: the document is at its end. Fails (ErrorKind::Parse) with line and column, and always then.
    Result<std::optional<XmlRecord>> next();
    /// The paths of the first elements that are no records: for a message where there are none.
    const std::vector<std::string> &others() const;

private:
    struct Reading;
    std::unique_ptr<Reading> m_reading; ///< never null
};

/// "/catalog/book" as its names. Fails (ErrorKind::Param) for what is no such path.
Result<std::vector<std::string>> xmlPathParts(const std::string &path);

/// The encoding that a document names at its beginning, or shows by its first bytes; empty: UTF-8.
std::string xmlEncodingOf(std::string_view beginning);

} // namespace millrace
