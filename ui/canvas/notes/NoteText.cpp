// SPDX-License-Identifier: MIT
#include "canvas/notes/NoteText.h"

#include <QObject>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextImageFormat>

namespace millrace {

namespace {

QString wordsFor(const QTextImageFormat &image)
{
    const QString text = image.property(QTextFormat::ImageAltText).toString();
    return QObject::tr("[picture: %1]").arg(text.isEmpty() ? image.name() : text);
}

} // namespace

void setNoteText(QTextDocument &document, const QString &markdown)
{
    document.setMarkdown(markdown, QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub)
                                       | QTextDocument::MarkdownNoHTML);
    const QString picture(QChar::ObjectReplacementCharacter);
    for (QTextCursor found = document.find(picture); !found.isNull(); found = document.find(picture, found)) {
        const QTextCharFormat format = found.charFormat();
        if (format.isImageFormat())
            found.insertText(wordsFor(format.toImageFormat()), QTextCharFormat());
    }
}

} // namespace millrace
