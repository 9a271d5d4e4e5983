// SPDX-License-Identifier: MIT
#include "formats/xlsx/XlsxXml.h"

namespace millrace {

Result<bool> XlsxXml::next()
{
    for (;;) {
        const auto token = reader.readNext();
        if (token == QXmlStreamReader::StartElement || token == QXmlStreamReader::EndElement
            || token == QXmlStreamReader::Characters)
            return true;
        if (token == QXmlStreamReader::EndDocument)
            return false;
        if (token == QXmlStreamReader::DTD)
            return failure(ErrorKind::Parse, "The workbook has a part with a document type, which none has.");
        if (token != QXmlStreamReader::Invalid)
            continue;
        const bool isShort = reader.error() == QXmlStreamReader::PrematureEndOfDocumentError;
        const auto count = isShort ? m_from->read(m_bytes.data(), m_bytes.size()) : Result<size_t>(size_t(0));
        if (!count)
            return count.forward();
        if (*count == 0)
            return failure(ErrorKind::Parse, "The workbook is damaged: line " + std::to_string(reader.lineNumber())
                                                 + ", column " + std::to_string(reader.columnNumber()) + " of a part: "
                                                 + (isShort ? "it ends too early" : reader.errorString().toStdString())
                                                 + '.');
        reader.addData(QByteArray(m_bytes.data(), qsizetype(*count)));
    }
}

} // namespace millrace
