// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "formats/bytes/ByteSource.h"
#include "formats/xml/XmlPieces.h"

#include <QXmlStreamReader>

#include <memory>
#include <string>

namespace millrace {

/// One part of a workbook, element by element.
class XlsxXml
{
public:
    explicit XlsxXml(std::unique_ptr<ByteSource> from) : m_from(std::move(from)), m_pieces(*m_from) {}

    /// To the next beginning or end of an element, or text. False: the part is at its end.
    Result<bool> next();
    /// At each of them, to the end of the part, or until `visit` fails.
    template <class Visit>
    Result<> forEach(Visit visit)
    {
        for (;;) {
            const auto any = next();
            if (!any)
                return any.forward();
            if (!*any)
                return {};
            if (Result<> done = visit(); !done)
                return done;
        }
    }
    bool begins(const char *name) const { return reader.isStartElement() && reader.name() == QLatin1String(name); }
    bool ends(const char *name) const { return reader.isEndElement() && reader.name() == QLatin1String(name); }
    std::string attribute(const char *name) const
    {
        return reader.attributes().value(QLatin1String(name)).toString().toStdString();
    }

    QXmlStreamReader reader;

private:
    std::unique_ptr<ByteSource> m_from; ///< never null
    XmlPieces m_pieces;
};

} // namespace millrace
