// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace millrace {

class CanvasView;
class Document;

/// Opens a field over the note for its Markdown. What is written there becomes an edit of the document;
/// a note that is left without text is removed.
void editNote(Document &document, CanvasView &view, const std::string &id);

} // namespace millrace
