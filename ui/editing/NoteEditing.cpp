// SPDX-License-Identifier: MIT
#include "editing/NoteEditing.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "canvas/notes/NoteField.h"
#include "document/Document.h"
#include "model/Edits.h"
#include "theme/Text.h"

#include <QCoreApplication>

#include <algorithm>

namespace millrace {

namespace {

void setNoteText(Document &document, const Theme &theme, const std::string &id, const QString &text)
{
    // A note without text would be nowhere to be seen.
    document.edit(text.isEmpty() ? QCoreApplication::translate("NoteEditing", "Remove a note")
                                 : QCoreApplication::translate("NoteEditing", "Edit a note"),
                  {}, [&](Pipeline &pipeline) {
                      Note *note = pipeline.note(id);
                      if (text.isEmpty()) {
                          removeNotes(pipeline, {id});
                      } else if (note) {
                          note->text = toUtf8(text);
                          note->rect.height = std::max(note->rect.height, noteHeight(theme, text, note->rect.width));
                      }
                  });
}

} // namespace

void editNote(Document &document, CanvasView &view, const std::string &id)
{
    const NoteItem *item = view.canvas().note(id);
    if (!item)
        return;
    const NoteView &note = item->view();
    auto *field = new NoteField(note.text, view.viewport());
    const QRect rect = view.mapFromScene(note.rect).boundingRect().adjusted(-4, -4, 4, 4);
    field->setGeometry(rect.united(QRect(rect.topLeft(), QSize(220, 96))));
    QObject::connect(field, &NoteField::accepted, &document, [&document, &view, id](const QString &text) {
        setNoteText(document, view.canvas().theme(), id, text);
    });
    QObject::connect(field, &QObject::destroyed, &view, [&view] { view.setFocus(); });
    field->show();
    field->setFocus();
}

} // namespace millrace
