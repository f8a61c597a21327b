//! What do the rows of this workbook say? Readers of spreadsheets, whose cells have types and places.

pub(super) mod html;
pub(super) mod markup;
pub(super) mod ods;
pub(super) mod rows;
pub(super) mod spreadsheet_ml;
mod streamed;
pub(super) mod workbook;
pub(super) mod xls;
pub(super) mod xlsb;
pub(super) mod xlsx;
