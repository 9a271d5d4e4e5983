// SPDX-License-Identifier: MIT
#include "formats/xlsx/XlsxXml.h"

namespace millrace {

Result<bool> XlsxXml::next()
{
    for (;;) {
        const auto token = reader.readNext();
        if (token != QXmlStreamReader::Invalid)
            m_pieces.endToken();
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
        if (isShort && m_pieces.isTokenTooLong())
            return failure(ErrorKind::Parse, "The workbook has a part with a tag, comment or text that is larger than "
                                             "64 MiB, which none has.");
        const auto piece = isShort ? m_pieces.next() : Result<std::string_view>(std::string_view());
        if (!piece)
            return piece.forward();
        if (piece->empty())
            return failure(ErrorKind::Parse, "The workbook is damaged: line " + std::to_string(reader.lineNumber())
                                                 + ", column " + std::to_string(reader.columnNumber()) + " of a part: "
                                                 + (isShort ? "it ends too early" : reader.errorString().toStdString())
                                                 + '.');
        reader.addData(QByteArray(piece->data(), qsizetype(piece->size())));
    }
}

} // namespace millrace
